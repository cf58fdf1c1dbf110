import { readAttempt } from '../wire/attempt.ts'
import { decodeBase64, decodeHex } from '../wire/encoding.ts'
import { headerNames, readHeader, type RequestHeaders } from '../wire/headers.ts'
import { diagnoseAttempt } from './diagnose-attempt.ts'
import { diagnoseMismatch } from './diagnose-mismatch.ts'
import { type Evidence, findSigner, keysOfAll, type NamedSecret } from './evidence.ts'
import { certain, type Finding, likely } from './finding.ts'

export type { NamedSecret } from './evidence.ts'
export type { Finding, FindingCode } from './finding.ts'

/** A request that `verify` refused. */
export interface DiagnoseInput {
  /** The body as it arrived. */
  readonly body: Uint8Array
  readonly headers: RequestHeaders
  /** The secrets that were accepted, all of them usable. The first four are tried. */
  readonly secrets: readonly NamedSecret[]
  /** Secrets whose time has passed. The first four are tried. */
  readonly expiredSecrets?: readonly (NamedSecret & { readonly notAfter?: Date | undefined })[]
}

/** More would multiply the work that a stranger can cause. */
const maxSecrets = 4

/**
 * Finds out why the signatures of a request do not match, as far as what arrived can show it.
 *
 * Strangers can cause this work, so it is bounded: at most 70 HMACs with each of the secrets over a body of up to 32
 * KiB, 5 over a longer one. Still, call it at a limited rate. It accepts nothing: a finding is for a log.
 *
 * @returns what is wrong; `unknown` also for a request whose signatures do match.
 * @throws {WebhookError} with a `SecretErrorCode` for a secret that is unusable; never for what came over the wire.
 * @example
 * const { code, detail, fix } = await diagnose({ body, headers, secrets: [{ id: 'current', value: secret }] })
 * log.warn(`${code}: ${detail} ${fix}`)
 */
export async function diagnose(input: DiagnoseInput): Promise<Finding> {
  const evidence: Evidence = {
    body: input.body,
    headers: input.headers,
    secrets: input.secrets.slice(0, maxSecrets),
    expiredSecrets: input.expiredSecrets?.slice(0, maxSecrets) ?? [],
  }
  const value = readHeader(input.headers, headerNames.signature)
  if (value === undefined) return diagnoseMissing(evidence)
  const signature = value.startsWith('sha256=') ? decodeHex(value.slice(7)) : undefined
  if (signature?.length !== 32) return diagnoseFormat(value, evidence)
  const keys = keysOfAll(evidence.secrets).map((key) => key.signature)
  const isSigned = (await findSigner(keys, [signature], input.body)) >= 0
  return isSigned ? diagnoseAttempt(evidence) : diagnoseMismatch(signature, evidence)
}

async function diagnoseMissing({ body, headers, secrets }: Evidence): Promise<Finding> {
  const isCapitalized = Object.keys(headers).some((name) => /^X-ComplyWise-Signature$/i.test(name))
  if (isCapitalized) return certain('header_case', 'X-ComplyWise-Signature is there, in capitals.')
  const attempt = readAttempt(headers)
  if (attempt && attempt !== 'malformed') {
    const keys = keysOfAll(secrets).map((key) => key.attempt)
    if ((await findSigner(keys, attempt.signatures, body, attempt.prefix)) >= 0) {
      return certain('signature_stripped', 'X-ComplyWise-Signature is missing; webhook-signature is valid.')
    }
  }
  // Others send Content-Digest, too.
  const names = Object.values(headerNames).filter((name) => name !== headerNames.contentDigest)
  const present = names.filter((name) => readHeader(headers, name) !== undefined)
  if (present.length === 0) return likely('other_sender', 'No header of ComplyWise is there.')
  return likely(
    'signature_stripped',
    `X-ComplyWise-Signature is missing, but there is ${present.join(', ')}.`,
  )
}

async function diagnoseFormat(value: string, { body, secrets }: Evidence): Promise<Finding> {
  if (/^sha256=[\da-f]{64},/.test(value)) {
    return certain('header_repeated', 'X-ComplyWise-Signature arrived more than once.')
  }
  // The longest is SHA-512; strangers may send more, over which the pattern would take long.
  const digits = value.slice(0, 200).replace(/^\W*(?:\w+[=,](?=[\w+/-]{20}))?|[^\w+/=-]+$/g, '')
  const bytes =
    decodeHex(digits.toLowerCase()) ?? decodeBase64(digits.replaceAll('-', '+').replaceAll('_', '/'))
  const length = bytes?.length ?? 0
  if (bytes && length === 32) {
    const keys = keysOfAll(secrets).map((key) => key.signature)
    if ((await findSigner(keys, [bytes], body)) >= 0) {
      return certain('signature_format', 'The HMAC is right, but it is written in another way.')
    }
  }
  const algorithm = { 16: 'MD5', 20: 'SHA-1', 48: 'SHA-384', 64: 'SHA-512' }[length]
  return likely(
    'signature_format',
    algorithm
      ? `The value has the length of ${algorithm}.`
      : `The value has ${value.length} characters and is not of the form sha256=….`,
  )
}
