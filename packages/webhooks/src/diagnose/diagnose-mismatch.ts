import { hmacKey, sha256, timingSafeEqual } from '#crypto'
import { readAttempt } from '../wire/attempt.ts'
import { matchesContentDigest } from '../wire/digest.ts'
import { headerNames, readHeader } from '../wire/headers.ts'
import { type Evidence, findSigner, keysOfAll } from './evidence.ts'
import { certain, type Finding, likely } from './finding.ts'
import { decodeUtf8, restorations } from './restorations.ts'
import { secretVariants } from './secret-variants.ts'

/** Longer bodies are not tried in other forms: most events are shorter, and strangers cause the work. */
const maxProbedBytes = 32_768

/** Finds out why a well-formed `X-ComplyWise-Signature` was made with none of the secrets for this body. */
export async function diagnoseMismatch(signature: Uint8Array, evidence: Evidence): Promise<Finding> {
  const { body, headers } = evidence
  const isShort = body.length <= maxProbedBytes
  const isIntact = await matchesContentDigest(body, readHeader(headers, headerNames.contentDigest))
  return (
    (await diagnoseSigner(signature, evidence)) ??
    (isShort ? await diagnoseSecret(signature, evidence) : undefined) ??
    (isIntact
      ? certain(
          'secret_wrong',
          'The body fits its Content-Digest, and none of the secrets made the signature.',
        )
      : ((isShort ? await diagnoseChange(signature, evidence, isIntact) : undefined) ??
        diagnoseLoss(evidence, isIntact)))
  )
}

/** Whether a secret that is no longer accepted, or not yet known, made the signature. */
async function diagnoseSigner(signature: Uint8Array, evidence: Evidence): Promise<Finding | undefined> {
  const { body, headers, secrets, expiredSecrets } = evidence
  const expiredKeys = keysOfAll(expiredSecrets).map((key) => key.signature)
  const expired = expiredSecrets[await findSigner(expiredKeys, [signature], body)]
  if (expired) return certain('secret_expired', `The secret "${expired.id}" made the signature.`)

  const attempt = readAttempt(headers)
  if (!attempt || attempt === 'malformed') return undefined
  const keys = keysOfAll(secrets).map((key) => key.attempt)
  // The newest comes first, and alone makes X-ComplyWise-Signature.
  const [newest, older] = [attempt.signatures.slice(0, 1), attempt.signatures.slice(1)]
  const signer = secrets[await findSigner(keys, newest, body, attempt.prefix)]
  if (signer) return likely('signature_altered', `webhook-signature is valid with the secret "${signer.id}".`)
  const former = secrets[await findSigner(keys, older, body, attempt.prefix)]
  return (
    former && certain('secret_rotated', `"${former.id}" signs beside a newer secret, which is unknown here.`)
  )
}

/** Whether a secret that looks like one of ours made the signature, or one of ours did over something else. */
async function diagnoseSecret(signature: Uint8Array, evidence: Evidence): Promise<Finding | undefined> {
  const { body, headers, secrets } = evidence
  if (timingSafeEqual(await sha256(body), signature)) {
    return certain('signature_format', 'It is the SHA-256 of the body, made without a secret.')
  }
  // HMAC pads a key with zeros, so this is the empty one, which WebCrypto refuses to import.
  if ((await findSigner([hmacKey(new Uint8Array(1))], [signature], body)) >= 0) {
    return certain('secret_wrong', 'The signature was made with an empty secret.')
  }
  for (const { id, value } of secrets) {
    const variants = secretVariants(value)
    const keys = variants.map(({ key }) => hmacKey(key))
    const variant = variants[await findSigner(keys, [signature], body)]
    if (variant) return certain(variant.code, `The secret "${id}" ${variant.difference} made the signature.`)
  }

  const id = readHeader(headers, headerNames.webhookId)
  const timestamp = readHeader(headers, headerNames.webhookTimestamp)
  const keys = keysOfAll(secrets).flatMap((key) => [key.signature, key.attempt])
  for (const prefix of [`${timestamp}.`, `${id}.${timestamp}.`]) {
    const bytes = new TextEncoder().encode(prefix)
    if ((await findSigner(keys, [signature], body, bytes)) >= 0) {
      return certain('signature_covers_other', `It covers ${bytes.length} bytes ahead of the body, too.`)
    }
  }
  return undefined
}

/** Whether the body fits once a change that is often made is undone. */
async function diagnoseChange(
  signature: Uint8Array,
  { body, headers, secrets }: Evidence,
  isIntact: false | undefined,
): Promise<Finding | undefined> {
  if (body[0] === 0x1f && body[1] === 0x8b) {
    return certain('body_reencoded', 'The body is compressed with gzip, and was signed before that.')
  }
  const digest = readHeader(headers, headerNames.contentDigest)
  const keys = keysOfAll(secrets).map((key) => key.signature)
  for (const { code, change, body: original } of restorations(body)) {
    if (isIntact === false && !(await matchesContentDigest(original, digest))) continue
    const isSigned = (await findSigner(keys, [signature], original)) >= 0
    if (isSigned) return certain(code, `The body was ${change}; with that undone the signature is valid.`)
    if (isIntact === false) {
      const detail = `The body was ${change}; with that undone it fits Content-Digest, but no secret made the signature.`
      return certain(code, detail)
    }
  }
  return undefined
}

/** What can be said of a body that cannot be restored. */
function diagnoseLoss({ body, headers }: Evidence, isIntact: false | undefined): Finding {
  const decide = isIntact === false ? certain : likely
  const length = `${body.length} bytes arrived`
  const announced = Number(readHeader(headers, 'content-length') ?? Number.NaN)
  const isEncoded = readHeader(headers, 'content-encoding') !== undefined
  if (announced > body.length && !isEncoded) {
    return certain('body_truncated', `${length} of the ${announced} announced by Content-Length.`)
  }
  if (body.length === 0) return decide('body_truncated', `${length}: something else has read the body.`)
  const text = decodeUtf8(body)
  const json = text?.trim()
  if (json?.startsWith('{') && !json.endsWith('}')) {
    return likely('body_truncated', `${length}, and the JSON object does not end.`)
  }
  if (text?.includes('\uFFFD')) {
    return decide(
      'body_modified',
      `${length}, with U+FFFD in them: they were decoded as text that they are not.`,
    )
  }
  if (isIntact === false) return certain('body_modified', `${length}, and do not fit Content-Digest.`)
  if (announced < body.length && !isEncoded) {
    return certain('body_modified', `${length}, more than the ${announced} announced by Content-Length.`)
  }
  return likely('unknown', `${length}, and without Content-Digest nothing tells whether they are those sent.`)
}
