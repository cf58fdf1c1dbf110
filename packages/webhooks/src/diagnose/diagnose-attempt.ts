import { encodePrefix, readAttempt } from '../wire/attempt.ts'
import { headerNames, readHeader } from '../wire/headers.ts'
import { type Evidence, findSigner, keysOfAll } from './evidence.ts'
import { certain, type Finding, likely } from './finding.ts'
import { decodeUtf8, parseJson } from './restorations.ts'

/** Finds out why `webhook-signature` is refused where `X-ComplyWise-Signature` is valid. */
export async function diagnoseAttempt({ body, headers, secrets }: Evidence): Promise<Finding> {
  const parts = [headerNames.webhookId, headerNames.webhookTimestamp, headerNames.webhookSignature]
  const present = parts.filter((name) => readHeader(headers, name) !== undefined)
  if (present.length === 0) return likely('unknown', 'The signature is valid.')
  if (present.length < parts.length) {
    return certain('attempt_incomplete', `Of ${parts.join(', ')} only ${present.join(' and ')} arrived.`)
  }
  const [id = '', timestamp = '', value = ''] = parts.map((name) => readHeader(headers, name))
  if (`${id}${timestamp}`.includes(',') || /,\s*v\d+[a-z]?,/.test(value)) {
    return certain('header_repeated', `One of ${parts.join(', ')} arrived more than once.`)
  }
  const attempt = readAttempt(headers)
  if (!attempt || attempt === 'malformed') {
    return likely(
      'attempt_altered',
      `X-ComplyWise-Signature is valid, but one of ${parts.join(', ')} is malformed.`,
    )
  }

  const keys = keysOfAll(secrets)
  const attemptKeys = keys.map((key) => key.attempt)
  if ((await findSigner(attemptKeys, attempt.signatures, body, attempt.prefix)) >= 0) {
    return likely('unknown', 'The signatures are valid.')
  }
  const prefix = encodePrefix(eventIdOf(body), timestamp)
  if (prefix && (await findSigner(attemptKeys, attempt.signatures, body, prefix)) >= 0) {
    return certain('attempt_altered', 'webhook-id is not the event_id that was signed.')
  }
  const textKeys = keys.map((key) => key.signature)
  const index = await findSigner(textKeys, attempt.signatures, body, attempt.prefix)
  const signer = secrets[index]
  if (signer) {
    const detail = `webhook-signature was made with the text of the secret "${signer.id}", not with the base64 decoded.`
    return certain('secret_encoding', detail)
  }
  return likely('attempt_altered', `X-ComplyWise-Signature is valid; one of ${parts.join(', ')} was changed.`)
}

function eventIdOf(body: Uint8Array): string {
  const envelope = parseJson(decodeUtf8(body) ?? '')
  const isObject = typeof envelope === 'object' && envelope !== null
  const id = isObject && 'event_id' in envelope ? envelope.event_id : undefined
  return typeof id === 'string' ? id : ''
}
