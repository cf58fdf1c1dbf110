import { bodies, scan, secrets } from './samples.ts'
import { bodySignature, signatureHeader } from './signatures.ts'
import { accepted, type VerifyVector } from './vector.ts'

const { current, previous, other, page } = secrets

/** Texts that are secrets although they look as if they needed decoding, trimming or shortening. */
const unusualSecrets = {
  'of one character': 'x',
  'with spaces inside': 'correct horse battery staple',
  'beyond ASCII': 'пароль-🔑-contraseña',
  'of hexadecimal digits': '00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  'that is base64 without a prefix': 'MTIzNDU2Nzg5MGFiY2RlZmdoaWprbG1ub3BxcnN0dXY=',
  'with the prefix in upper case': 'WHSEC_not base64',
  'of 64 bytes, the block size of SHA-256': 'k'.repeat(64),
  'of 65 bytes, which HMAC hashes first': 'k'.repeat(65),
  'with a quote on one side': '"your-secret',
  'with control characters inside': 'your\tsecret\u0001key',
}

/** Requests that have only `X-ComplyWise-Signature`, and a right one. */
export function acceptedVectors(): readonly VerifyVector[] {
  return [
    accepted("the product page's secret", scan, [page], [signed(page)]),
    accepted('a whsec_ secret, whose key is the whole text', scan, [current], [signed(current)]),
    ...Object.entries(bodies).map(([name, body]) =>
      accepted(name, body, [current], [signatureHeader(bodySignature(current, body))]),
    ),
    ...Object.entries(unusualSecrets).map(([name, secret]) =>
      accepted(`a secret ${name}`, scan, [secret], [signed(secret)]),
    ),
    accepted('the first of two secrets', scan, [current, previous], [signed(current)], { secretIndex: 0 }),
    accepted('the second of two secrets', scan, [current, previous], [signed(previous)], { secretIndex: 1 }),
    accepted('the last of four secrets', scan, [current, previous, page, other], [signed(other)], {
      secretIndex: 3,
    }),
    accepted('a secret given twice, by its first index', scan, [previous, page, page], [signed(page)], {
      secretIndex: 1,
    }),
    accepted(
      'a request with other headers, also of other senders',
      scan,
      [page],
      [
        ['content-type', 'application/json'],
        ['x-hub-signature-256', 'sha256=00'],
        signed(page),
        ['x-complywise-event', 'scan.failed'],
        ['content-digest', 'sha-256=:AAAA:'],
      ],
    ),
  ]
}

function signed(secret: string) {
  return signatureHeader(bodySignature(secret, scan))
}
