import { hmacSha256, sha256 } from './openssl.ts'
import { attempt, scan, secrets } from './samples.ts'
import { attemptSignature, bodySignature, type Header, signatureHeader, trio } from './signatures.ts'
import { refused, type VerifyVector } from './vector.ts'

const secret = secrets.page
const { id, timestamp } = attempt

/** Requests with a right `X-ComplyWise-Signature` whose Standard Webhooks trio is incomplete or not strictly formed. */
export function trioVectors(): readonly VerifyVector[] {
  return [
    ...Object.entries(incomplete()).map(([name, headers]) => malformed(`an attempt with ${name}`, headers)),
    // Signed as they are, so that only the form is wrong.
    ...Object.entries(ids).map(([name, id]) =>
      malformed(`an attempt whose id ${name}`, signed({ id, timestamp })),
    ),
    ...Object.entries(timestamps).map(([name, timestamp]) =>
      malformed(`an attempt whose timestamp ${name}`, signed({ id, timestamp })),
    ),
    ...Object.entries(signatures()).map(([name, value]) =>
      malformed(`an attempt whose signature ${name}`, trio(id, timestamp, value)),
    ),
    ...Object.entries(repeated()).map(([name, headers]) => malformed(`an attempt with ${name}`, headers)),
  ]
}

function incomplete(): Readonly<Record<string, readonly Header[]>> {
  const signature = attemptSignature(secret, scan)
  return {
    'a signature alone': trio(undefined, undefined, signature),
    'an id alone': trio(id, undefined, undefined),
    'a timestamp alone': trio(undefined, timestamp, undefined),
    'no id': trio(undefined, timestamp, signature),
    'no timestamp': trio(id, undefined, signature),
    'no signature': trio(id, timestamp, undefined),
  }
}

const ids = {
  'is empty': '',
  'has a full stop': 'msg.1',
  'has a space': 'msg 1',
  'has a slash': 'msg/1',
  'has a comma': 'msg,1',
  'has a quote': '"msg1"',
  'could start a JSON body': '{"event":"scan',
  'is beyond ASCII': 'msg_\u00e9',
  'ends in a line break': `${id}\n`,
  'has 257 characters': 'a'.repeat(257),
}

const timestamps = {
  'is empty': '',
  'is in milliseconds': '1772366400000',
  'has a fraction': '1772366400.5',
  'has a fraction of zero': '1772366400.0',
  'is negative': '-1',
  'has a plus sign': '+1772366400',
  'has a leading zero': '01772366400',
  'has an exponent': '1e9',
  'is hexadecimal': '0x69a42c40',
  'is ISO 8601': '2026-03-01T12:00:00Z',
  'is text': 'now',
  'has a trailing space': '1772366400 ',
  'has a leading space': ' 1772366400',
  'has a trailing line break': '1772366400\n',
  'has an underscore': '1_772_366_400',
}

function signatures(): Readonly<Record<string, string>> {
  const right = attemptSignature(secret, scan)
  const encoded = right.slice('v1,'.length)
  const mac = Buffer.from(encoded, 'base64')
  return {
    'is empty': '',
    'is a version alone': 'v1',
    'is a version and a comma': 'v1,',
    'has no version': encoded,
    'has an empty version': `,${encoded}`,
    'has an uppercase version': `V1,${encoded}`,
    'has a version without a number': `v,${encoded}`,
    'has an equals sign for the comma': `v1=${encoded}`,
    'has a space after the comma': `v1, ${encoded}`,
    'has no padding': right.slice(0, -1),
    'has too much padding': `${right}=`,
    'has a line break at its end': `${right}\n`,
    'has a space at its end': `${right} `,
    'has a space at its start': ` ${right}`,
    'has two spaces between its entries': `${right}  ${right}`,
    'has a comma between its entries': `${right},${right}`,
    'has a tab between its entries': `${right}\t${right}`,
    'is base64url': `v1,${mac.toString('base64url')}`,
    'has characters of base64url': `v1,-_${encoded.slice(2)}`,
    'has bits that base64 does not use': `v1,${withUnusedBits(encoded)}`,
    'has a character that base64 has not': `v1,*${encoded.slice(1)}`,
    'has 31 bytes': `v1,${mac.subarray(1).toString('base64')}`,
    'has 33 bytes': `v1,${Buffer.concat([mac, Buffer.alloc(1)]).toString('base64')}`,
    'has 48 bytes': `v1,${Buffer.concat([mac, mac.subarray(16)]).toString('base64')}`,
    'is hexadecimal': `v1,${mac.toString('hex')}`,
    'is that of X-ComplyWise-Signature': bodySignature(secret, scan),
    'is right but followed by a malformed one': `${right} v1,foo`,
    'is right but follows a malformed one': `v1 ${right}`,
    'is right but followed by an entry without a version': `${right} ${sha256(mac).toString('base64')}`,
    'is right but stands before an empty one': `${right} v1,`,
  }
}

function repeated(): Readonly<Record<string, readonly Header[]>> {
  const right = signed(attempt)
  return {
    'its id sent twice': [...right, ['webhook-id', id]],
    'its timestamp sent twice': [...right, ['webhook-timestamp', timestamp]],
    'its signature sent twice': [...right, ['webhook-signature', attemptSignature(secret, scan)]],
    'another signature sent as well': [
      ...right,
      ['webhook-signature', `v1,${hmacSha256(scan, scan).toString('base64')}`],
    ],
  }
}

function signed(of: typeof attempt): readonly Header[] {
  return trio(of.id, of.timestamp, attemptSignature(secret, scan, of))
}

/** The same bytes in a spelling that lenient decoders accept: the last two bits before `=` belong to no byte. */
function withUnusedBits(encoded: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
  const last = alphabet.indexOf(encoded.charAt(42))
  return `${encoded.slice(0, 42)}${alphabet.charAt(last + 1)}=`
}

function malformed(name: string, headers: readonly Header[]): VerifyVector {
  const body = signatureHeader(bodySignature(secret, scan))
  return refused('attempt_signature_malformed', name, scan, [secret], [body, ...headers])
}
