import { decodeBase64, hmacSha256, hmacSha512, sha256 } from './openssl.ts'
import { bodies, scan, secrets, utf8 } from './samples.ts'
import { bodySignature, signatureHeader } from './signatures.ts'
import { refused, type VerifyVector } from './vector.ts'

const { current, previous, other, page } = secrets

/** Requests whose `X-ComplyWise-Signature` is well formed and wrong. */
export function mismatchedVectors(): readonly VerifyVector[] {
  return [
    ...Object.entries(modified()).map(([name, [sent, arrived]]) =>
      mismatch(name, arrived, [current], bodySignature(current, sent)),
    ),
    ...Object.entries(otherKeys()).map(([name, key]) =>
      mismatch(name, scan, [current], hex(hmacSha256(key, scan))),
    ),
    ...Object.entries(otherComputations()).map(([name, mac]) => mismatch(name, scan, [page], hex(mac))),
    mismatch(
      'a signature by none of three secrets',
      scan,
      [current, previous, page],
      bodySignature(other, scan),
    ),
  ]
}

/** Bodies as they were signed, and as they arrived. */
function modified(): Readonly<Record<string, readonly [sent: Buffer, arrived: Buffer]>> {
  const text = scan.toString()
  const invalidUtf8 = bodies['a body of invalid UTF-8']
  const withMark = bodies['a body that starts with a byte order mark']
  const crlf = bodies['a body with CRLF line breaks']
  return {
    'a body with one bit flipped': [
      scan,
      Buffer.from(scan.map((byte, index) => (index === 100 ? byte ^ 1 : byte))),
    ],
    'a body with its last byte missing': [scan, scan.subarray(0, -1)],
    'a body with a line break appended': [scan, utf8(`${text}\n`)],
    'a body without its line break': [utf8(`${text}\n`), scan],
    'a body with a NUL byte appended': [scan, utf8(`${text}\0`)],
    'a body that arrived empty': [scan, utf8('')],
    'an empty body replaced': [utf8(''), utf8('{}')],
    'a body serialized again, compact': [utf8(JSON.stringify(JSON.parse(text), null, 1)), scan],
    'a body serialized again, indented': [scan, utf8(JSON.stringify(JSON.parse(text), null, 2))],
    'a body with CRLF made LF': [crlf, utf8(crlf.toString().replaceAll('\r\n', '\n'))],
    'a body without its byte order mark': [withMark, withMark.subarray(3)],
    'a body of invalid UTF-8, decoded and encoded again': [invalidUtf8, utf8(invalidUtf8.toString())],
    'a body in composed Unicode': [utf8('{"name":"Pru\u0308fung"}'), utf8('{"name":"Pr\u00FCfung"}')],
    'the body of another event': [scan, utf8(text.replace('38', '39'))],
  }
}

/** Keys that a wrong reading of the secret gives. */
function otherKeys(): Readonly<Record<string, Buffer>> {
  const rest = current.slice('whsec_'.length)
  return {
    'a signature by another secret': utf8(other),
    'a signature whose key is what whsec_ stands before, decoded': decodeBase64(rest),
    'a signature whose key is what whsec_ stands before': utf8(rest),
    'a signature whose key has a line break at its end': utf8(`${current}\n`),
    'a signature whose key is in quotes': utf8(`"${current}"`),
    'a signature whose key is in upper case': utf8(current.toUpperCase()),
    'a signature whose key is undefined as text': utf8('undefined'),
  }
}

/** MACs of 32 bytes that a wrong computation gives. */
function otherComputations(): Readonly<Record<string, Buffer>> {
  const key = utf8(page)
  const right = hmacSha256(key, scan)
  return {
    'a signature of zeros': Buffer.alloc(32),
    'a signature with its first bit flipped': flip(right, 0, 0x80),
    'a signature with its last bit flipped': flip(right, 31, 0x01),
    'a signature with its bytes reversed': Buffer.from(right.toReversed()),
    'a hash of the body without a key': sha256(scan),
    'a hash of the secret followed by the body': sha256(Buffer.concat([key, scan])),
    'the start of an HMAC-SHA512': hmacSha512(key, scan).subarray(0, 32),
    'a signature of the body in base64': hmacSha256(key, utf8(scan.toString('base64'))),
    'a signature with key and body exchanged': hmacSha256(scan, key),
    'a signature that ignores the body': hmacSha256(key, utf8('')),
  }
}

function mismatch(name: string, body: Buffer, secrets: readonly string[], value: string): VerifyVector {
  return refused('signature_mismatch', name, body, secrets, [signatureHeader(value)])
}

function hex(mac: Buffer): string {
  return `sha256=${mac.toString('hex')}`
}

function flip(mac: Buffer, at: number, bits: number): Buffer {
  return Buffer.from(mac.map((byte, index) => (index === at ? byte ^ bits : byte)))
}
