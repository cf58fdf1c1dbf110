import { secrets, utf8 } from './samples.ts'
import { attemptKey } from './signatures.ts'

/** One secret, and what there is to say about it. */
export interface SecretVector {
  readonly name: string
  readonly secret: string
  readonly expected: Usable | Unusable
}

interface Usable {
  readonly usable: true
  readonly weakness: string | null
  /** The key of `X-ComplyWise-Signature`, in hexadecimal. */
  readonly signatureKey: string
  /** The key of `webhook-signature`, in hexadecimal. */
  readonly attemptKey: string
}

interface Unusable {
  readonly usable: false
  readonly code: string
}

/** Secrets, and what there is to say about them. */
export function secretVectors(): readonly SecretVector[] {
  return [
    ...Object.entries(strong).map(([name, secret]) => usable(name, secret, null)),
    ...Object.entries(short).map(([name, secret]) => usable(name, secret, 'secret_short')),
    ...Object.entries(repetitive).map(([name, secret]) => usable(name, secret, 'secret_repetitive')),
    ...Object.entries(unusable).flatMap(([code, bySecret]) =>
      Object.entries(bySecret).map(([name, secret]) => ({
        name,
        secret,
        expected: { usable: false, code } as const,
      })),
    ),
  ]
}

const strong = {
  'a whsec_ secret of 32 bytes': secrets.current,
  'a whsec_ secret of 24 bytes': 'whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1u',
  'a whsec_ secret of 25 bytes, padded twice': 'whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ubw==',
  'a whsec_ secret of 64 bytes':
    'whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVohIQ==',
  'a whsec_ secret with all kinds of base64 characters': 'whsec_+/+/AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
  'a text of 24 characters': 'correct horse battery st',
  'a text of 64 hexadecimal digits': '0123456789abcdef'.repeat(4),
  'a text of 24 bytes in 12 characters': 'пароликлёчуж',
  'a text of 8 different characters': '12345678'.repeat(3),
  'a text with spaces and quotes inside': 'a "quoted" word and \'another\' one',
  'a text that starts with WHSEC_': 'WHSEC_this is not base64, nor need it be',
  'a text that starts with whsec and a hyphen': 'whsec-this is not base64, nor need it be',
}

const short = {
  "the product page's secret": secrets.page,
  'one character': 'x',
  'one quote': '"',
  'a text in different quotes': '"your-secret\'',
  'a whsec_ secret of 1 byte': 'whsec_AA==',
  'a whsec_ secret of 23 bytes': 'whsec_MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG0=',
  'a text of 23 characters': 'correct horse battery s',
}

const repetitive = {
  'one character 32 times': 'a'.repeat(32),
  'four digits repeated': '1234'.repeat(8),
  'a text of 7 different characters': '1234567'.repeat(4),
  'a whsec_ secret of 32 zeros': `whsec_${Buffer.alloc(32).toString('base64')}`,
}

const unusable = {
  secret_empty: { 'an empty text': '', 'nothing after whsec_': 'whsec_' },
  secret_whitespace: {
    'a line break at the end': `${secrets.page}\n`,
    'a carriage return at the end': `${secrets.current}\r`,
    'a space at the start': ` ${secrets.page}`,
    'a tab at the end': `${secrets.page}\t`,
    'a no-break space at the end': `${secrets.page}\u00A0`,
    'nothing but spaces': '   ',
    'a space after whsec_ alone': 'whsec_ ',
  },
  secret_quoted: {
    'double quotes around': `"${secrets.page}"`,
    'single quotes around': `'${secrets.current}'`,
    'backticks around': `\`${secrets.page}\``,
    'nothing between quotes': '""',
  },
  secret_not_base64: {
    'text after whsec_': 'whsec_your-secret',
    'base64url after whsec_': 'whsec_-_-_AAECAwQFBgcICQoLDA0ODxAREhMUFRYX',
    'base64 without its padding after whsec_': secrets.current.slice(0, -1),
    'base64 with too much padding after whsec_': `${secrets.current}=`,
    'base64 with unused bits after whsec_': secrets.current.replace(/Y=$/, 'Z='),
    'whitespace within base64 after whsec_': secrets.current.replace('MTIz', 'MT Iz'),
    'a line break within base64 after whsec_': secrets.current.replace('MTIz', 'MTIz\n'),
    'padding alone after whsec_': 'whsec_====',
    'whsec_ twice': `whsec_${secrets.current}`,
  },
}

function usable(name: string, secret: string, weakness: string | null): SecretVector {
  const signatureKey = utf8(secret).toString('hex')
  const expected = {
    usable: true,
    weakness,
    signatureKey,
    attemptKey: attemptKey(secret).toString('hex'),
  } as const
  return { name, secret, expected }
}
