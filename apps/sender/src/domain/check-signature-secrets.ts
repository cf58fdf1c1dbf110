import type { SignatureCode } from './check-signature-codes.ts'
import type { KnownSecret } from './check-signature-evidence.ts'

/** A key that a secret is mistaken for. */
export interface SecretVariant {
  readonly code: SignatureCode
  /** How it differs from the secret, in words that follow "the secret". */
  readonly difference: string
  readonly key: Uint8Array
}

/** The keys that `secret` is often mistaken for as the key of `X-ComplyWise-Signature`: at most 22, none of them empty. */
export function secretVariants(secret: string): readonly SecretVariant[] {
  const rest = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : undefined
  const variants: readonly Variant[] = [
    ['secret_prefix_missing', 'without `whsec_`', rest],
    ['secret_decoded', 'decoded from base64', decodeBase64(rest ?? secret)],
    ['secret_decoded', 'decoded from hexadecimal', decodeHex(rest ?? secret)],
    ['secret_whitespace', 'with a line break at its end', `${secret}\n`],
    ['secret_whitespace', 'with a line break at its end', `${secret}\r\n`],
    ['secret_whitespace', 'with `\\n` spelled out at its end', `${secret}\\n`],
    ['secret_whitespace', 'with a space at its end', `${secret} `],
    ['secret_whitespace', 'with a space at its start', ` ${secret}`],
    ['secret_whitespace', 'without the white space in it', secret.replace(/\s/g, '')],
    ['secret_whitespace', 'with a byte order mark before it', `\uFEFF${secret}`],
    ['secret_quoted', 'in double quotes', `"${secret}"`],
    ['secret_quoted', 'in single quotes', `'${secret}'`],
    ['secret_quoted', 'without the quotes in it', secret.replace(/["'`]/g, '')],
    ['secret_altered', 'with `whsec_` before it', rest === undefined ? `${PREFIX}${secret}` : undefined],
    ['secret_altered', 'encoded in base64', Buffer.from(secret).toString('base64')],
    ['secret_altered', 'encoded in hexadecimal', Buffer.from(secret).toString('hex')],
    ['secret_altered', 'in lower case', secret.toLowerCase()],
    ['secret_altered', 'in upper case', secret.toUpperCase()],
    ['secret_altered', 'encoded for a URL', encodeURIComponent(secret.toWellFormed())],
    ['secret_altered', 'in UTF-16', Buffer.from(secret, 'utf16le')],
    ['secret_altered', 'without the = at its end', secret.replace(/=+$/, '')],
    ['secret_altered', 'without its last character', secret.slice(0, -1)],
  ]
  return variants.flatMap(([code, difference, key]) => {
    if (key === undefined || key.length === 0 || key === secret) return []
    return { code, difference, key: typeof key === 'string' ? encode(key) : key }
  })
}

/** What an unset secret turns into. */
export const emptySecrets = ['', 'undefined', 'null', 'None', 'nil'] as const

/** The two keys of a secret; see docs/wire-format.md. */
export function keysOf(secret: string): { readonly signature: Uint8Array; readonly attempt: Uint8Array } {
  const signature = encode(secret)
  const decoded = secret.startsWith(PREFIX) ? decodeBase64(secret.slice(PREFIX.length)) : undefined
  return { signature, attempt: decoded ?? signature }
}

/** Which secret it is, in words that follow "the secret"; empty for the newest. */
export function named(secret: KnownSecret): string {
  return secret.state === 'newest' ? '' : `, the ${secret.state} one${hinted(secret)},`
}

/** How to recognize a secret, in words that follow its name. */
export function hinted({ hint }: KnownSecret): string {
  return hint === '' ? '' : ` that ends in \`${hint}\``
}

type Variant = readonly [code: SignatureCode, difference: string, key: string | Uint8Array | undefined]

const PREFIX = 'whsec_'

function decodeBase64(text: string): Uint8Array | undefined {
  return /^[\w+/-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

function decodeHex(text: string): Uint8Array | undefined {
  return /^(?:[\da-f]{2})+$/i.test(text) ? Buffer.from(text, 'hex') : undefined
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
