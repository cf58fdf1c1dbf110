import { hmacSha256, hmacSha512 } from './openssl.ts'
import { scan, secrets, utf8 } from './samples.ts'
import { attempt } from './samples.ts'
import { attemptSignature, bodySignature, type Header, signatureHeader, trio } from './signatures.ts'
import { refused, type VerifyVector } from './vector.ts'

const secret = secrets.page

/** Requests whose `X-ComplyWise-Signature` is missing, or is not `sha256=` and 64 lowercase hexadecimal digits. */
export function malformedVectors(): readonly VerifyVector[] {
  return [
    ...Object.entries(missing()).map(([name, headers]) =>
      refused('signature_missing', name, scan, [secret], headers),
    ),
    ...Object.entries(malformed()).map(([name, value]) =>
      refused('signature_malformed', `a signature ${name}`, scan, [secret], [signatureHeader(value)]),
    ),
    ...Object.entries(repeated()).map(([name, values]) =>
      refused('signature_malformed', name, scan, [secret], values.map(signatureHeader)),
    ),
  ]
}

function missing(): Readonly<Record<string, readonly Header[]>> {
  const valid = bodySignature(secret, scan)
  return {
    'a request without headers': [],
    'a signature in a header of another name': [
      ['x-hub-signature-256', valid],
      ['x-signature', valid],
    ],
    'a request with the Standard Webhooks headers alone': trio(
      attempt.id,
      attempt.timestamp,
      attemptSignature(secret, scan),
    ),
  }
}

function malformed(): Readonly<Record<string, string>> {
  const valid = bodySignature(secret, scan)
  const mac = hmacSha256(utf8(secret), scan)
  const hex = mac.toString('hex')
  return {
    'that is empty': '',
    'of a bare algorithm': 'sha256',
    'without digits': 'sha256=',
    'of text': 'foo',
    'of bare hexadecimal': hex,
    'in uppercase hexadecimal': `sha256=${hex.toUpperCase()}`,
    'with one uppercase digit': valid.replace(/[a-f](?=[^a-f]*$)/, (digit) => digit.toUpperCase()),
    'with an uppercase algorithm': `SHA256=${hex}`,
    'with a colon for the equals sign': `sha256:${hex}`,
    'with a hyphen in the algorithm': `sha-256=${hex}`,
    'of another algorithm, sha1': `sha1=${hex}`,
    'of another algorithm, sha512': `sha512=${hmacSha512(utf8(secret), scan).toString('hex')}`,
    'with the algorithm twice': `sha256=${valid}`,
    'after a leading space': ` ${valid}`,
    'before a trailing space': `${valid} `,
    'before a trailing line break': `${valid}\n`,
    'before a trailing tab': `${valid}\t`,
    'with a space after the equals sign': `sha256= ${hex}`,
    'with a space for its last digit': `${valid.slice(0, -1)} `,
    'in quotes': `"${valid}"`,
    'with quoted digits': `sha256="${hex}"`,
    'of 63 digits': valid.slice(0, -1),
    'of 65 digits': `${valid}0`,
    'of 62 digits': valid.slice(0, -2),
    'of 66 digits': `${valid}00`,
    'of 128 digits': `${valid}${hex}`,
    'of 40 digits': `sha256=${hex.slice(0, 40)}`,
    'of two digits': 'sha256=00',
    'that continues after its digits': `${valid}zz`,
    'with a letter beyond f': `${valid.slice(0, -1)}g`,
    'with hyphens between the bytes': `sha256=${hex.replaceAll(/..(?!$)/g, '$&-')}`,
    'with a hyphen among 64 characters': `${valid.slice(0, 20)}-${valid.slice(21)}`,
    'after 0x': `sha256=0x${hex}`,
    'after 0x, in 64 characters': `sha256=0x${hex.slice(2)}`,
    'with a plus sign for a digit': `${valid.slice(0, 30)}+${valid.slice(31)}`,
    'with a character that is a digit elsewhere in Unicode': `${valid.slice(0, -1)}\uFF10`,
    'with a character whose code is a digit plus 256': `${valid.slice(0, -1)}\u0130`,
    'in base64': `sha256=${mac.toString('base64')}`,
    'in base64 without an algorithm': mac.toString('base64'),
    'in the form of webhook-signature': attemptSignature(secret, scan),
    'followed by a parameter': `${valid};t=1`,
    'followed by another after a comma': `${valid},${valid}`,
    'followed by another after a comma and a space': `${valid}, ${valid}`,
    'followed by another after a space': `${valid} ${valid}`,
  }
}

function repeated(): Readonly<Record<string, readonly string[]>> {
  const valid = bodySignature(secret, scan)
  const wrong = `sha256=${'0'.repeat(64)}`
  return {
    'the right signature sent twice': [valid, valid],
    'the right signature sent before a wrong one': [valid, wrong],
    'the right signature sent after a wrong one': [wrong, valid],
    'the right signature sent after an empty one': ['', valid],
  }
}
