import { sha256 } from './openssl.ts'
import { attempt, bodies, scan, secrets } from './samples.ts'
import { attemptSignature, bodySignature, type Header, signatureHeader, trio } from './signatures.ts'

/** One attempt, and the headers that signing it gives. */
export interface SignVector {
  readonly name: string
  readonly eventId: string
  /** The body's bytes in base64. */
  readonly body: string
  /** Unix milliseconds. */
  readonly attemptedAtMs: number
  /** Newest first. */
  readonly secrets: readonly string[]
  readonly expected: readonly Header[]
}

const { current, previous, other, page } = secrets

/** Attempts, and the headers that signing them gives. */
export function signVectors(): readonly SignVector[] {
  return [
    vector("signs with the product page's secret", scan, [page]),
    vector('signs with a whsec_ secret', scan, [current]),
    vector('signs with two secrets during a rotation', scan, [current, previous]),
    vector('signs with a whsec_ secret that replaces a text', scan, [current, page]),
    vector('signs with a text that replaces a whsec_ secret', scan, [page, current]),
    vector('signs with three secrets', scan, [current, previous, other]),
    vector('rounds the time down to whole seconds', scan, [page], 1772366400999),
    vector('signs at the start of 1970', scan, [page], 0),
    ...Object.entries(bodies).map(([name, body]) => vector(`signs ${name}`, body, [current])),
  ]
}

function vector(
  name: string,
  body: Buffer,
  secrets: readonly [string, ...string[]],
  attemptedAtMs = Number(attempt.timestamp) * 1000,
): SignVector {
  const { id } = attempt
  const timestamp = String(Math.floor(attemptedAtMs / 1000))
  const signatures = secrets.map((secret) => attemptSignature(secret, body, { id, timestamp }))
  const expected: readonly Header[] = [
    signatureHeader(bodySignature(secrets[0], body)),
    ...trio(id, timestamp, signatures.join(' ')),
    ['content-digest', `sha-256=:${sha256(body).toString('base64')}:`],
  ]
  return { name, eventId: id, body: body.toString('base64'), attemptedAtMs, secrets, expected }
}
