import { hmacSha256 } from './openssl.ts'
import { attempt, bodies, scan, secrets, utf8 } from './samples.ts'
import { attemptSignature, bodySignature, type Header, signatureHeader, trio } from './signatures.ts'
import { accepted, refused, type VerifyVector } from './vector.ts'

const { current, previous, other, page } = secrets
const { id, timestamp } = attempt
const attemptedAtSeconds = Number(timestamp)
const wrong = `v1,${Buffer.alloc(32).toString('base64')}`

/** Requests with a well-formed Standard Webhooks trio, right or wrong. */
export function attemptVectors(): readonly VerifyVector[] {
  return [
    ...Object.entries(valid()).map(([name, [value, allowed]]) =>
      accepted(`an attempt ${name}`, scan, allowed, both(value, allowed[0]), { attemptedAtSeconds }),
    ),
    accepted(
      'an attempt signed with the old secret alone',
      scan,
      [current, previous],
      both(attemptSignature(previous, scan), previous),
      { secretIndex: 1, attemptedAtSeconds },
    ),
    ...Object.entries(otherAttempts()).map(([name, of]) => acceptedAttempt(name, scan, of)),
    acceptedAttempt('with an empty body', utf8('')),
    acceptedAttempt('with a body of invalid UTF-8', bodies['a body of invalid UTF-8']),
    ...Object.entries(mismatched()).map(([name, value]) =>
      refused('attempt_signature_mismatch', `an attempt ${name}`, scan, [current, previous], both(value)),
    ),
    ...precedence(),
  ]
}

/** Values of `webhook-signature`, and the secrets to accept; the first of them signs `X-ComplyWise-Signature`. */
function valid(): Readonly<Record<string, readonly [value: string, allowed: readonly string[]]>> {
  const right = attemptSignature(current, scan)
  return {
    "signed with the product page's secret": [attemptSignature(page, scan), [page]],
    'signed with a whsec_ secret, whose key is decoded': [right, [current]],
    'signed during a rotation, with both secrets known': [
      `${right} ${attemptSignature(previous, scan)}`,
      [current, previous],
    ],
    'signed during a rotation, with the new secret known': [
      `${right} ${attemptSignature(previous, scan)}`,
      [current],
    ],
    'whose signature is by another accepted secret': [attemptSignature(previous, scan), [current, previous]],
    'whose right signature comes second': [`${wrong} ${right}`, [current]],
    'whose right signature comes last of ten': [`${`${wrong} `.repeat(9)}${right}`, [current]],
    'signed twice alike': [`${right} ${right}`, [current]],
    'with a v1a signature before': [`v1a,${'QUFB'.repeat(21)}QQ== ${right}`, [current]],
    'with a v1a signature after': [`${right} v1a,${'QUFB'.repeat(21)}QQ==`, [current]],
    'with a v2 signature in base64url': [`v2,_-_- ${right}`, [current]],
  }
}

/** Attempts with another id or time. */
function otherAttempts(): Readonly<Record<string, typeof attempt>> {
  return {
    'at the start of 1970': { id, timestamp: '0' },
    'long ago': { id, timestamp: '1000000000' },
    'far ahead': { id, timestamp: '4102444800' },
    'with an id that is no UUID': { id: 'msg_2KWPBgLlAfxdpx2AI54pPJ85f4W', timestamp },
    'with an id of 256 characters': { id: 'a'.repeat(256), timestamp },
  }
}

function acceptedAttempt(name: string, body: Buffer, of = attempt): VerifyVector {
  const headers = [
    signatureHeader(bodySignature(current, body)),
    ...trio(of.id, of.timestamp, attemptSignature(current, body, of)),
  ]
  return accepted(`an attempt ${name}`, body, [current], headers, {
    attemptedAtSeconds: Number(of.timestamp),
  })
}

function mismatched(): Readonly<Record<string, string>> {
  const whole = hmacSha256(utf8(current), utf8(`${id}.${timestamp}.${scan.toString()}`))
  return {
    'signed with no accepted secret': attemptSignature(other, scan),
    'signed with zeros': wrong,
    'signed for another id': attemptSignature(current, scan, { id: `${id.slice(0, -1)}2`, timestamp }),
    'signed for another time': attemptSignature(current, scan, { id, timestamp: '1772366401' }),
    'signed for another body': attemptSignature(current, utf8('{}')),
    'signed with the whole text of a whsec_ secret': `v1,${whole.toString('base64')}`,
    'signed as X-ComplyWise-Signature is': `v1,${hmacSha256(utf8(current), scan).toString('base64')}`,
    'with v1a signatures alone': `v1a,${'QUFB'.repeat(21)}QQ==`,
    'whose right MAC is of version v2': attemptSignature(current, scan).replace('v1,', 'v2,'),
    'with several wrong signatures': `${wrong} ${attemptSignature(other, scan)} ${wrong}`,
  }
}

/** Two things are wrong; the code is that of `X-ComplyWise-Signature`. */
function precedence(): readonly VerifyVector[] {
  const right = trio(id, timestamp, attemptSignature(current, scan))
  const zeros = signatureHeader(`sha256=${'0'.repeat(64)}`)
  return [
    refused(
      'signature_mismatch',
      'a wrong signature beside a right attempt',
      scan,
      [current],
      [zeros, ...right],
    ),
    refused(
      'signature_malformed',
      'a malformed signature beside a right attempt',
      scan,
      [current],
      [signatureHeader('sha256=00'), ...right],
    ),
    refused(
      'signature_mismatch',
      'a wrong signature beside a malformed attempt',
      scan,
      [current],
      [zeros, ...trio('', '', '')],
    ),
  ]
}

function both(value: string, secret = current): readonly Header[] {
  return [signatureHeader(bodySignature(secret, scan)), ...trio(id, timestamp, value)]
}
