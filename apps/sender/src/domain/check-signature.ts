import { type BodySuspects, createBodySuspects } from './check-signature-body-suspects.ts'
import type { SignatureCode } from './check-signature-codes.ts'
import { type BodyDifference, compareBodies, isSameBody } from './check-signature-difference.ts'
import type { Hashing, SignatureEvidence } from './check-signature-evidence.ts'
import { fragmentOf, type Reading, readSignature, type SignatureForm } from './check-signature-reading.ts'
import { remedies } from './check-signature-remedies.ts'
import { keysOf } from './check-signature-secrets.ts'
import { type Suspect, suspects } from './check-signature-suspects.ts'
import { countWork, type CountedWork } from './check-signature-work.ts'

/** What is to be said of a signature. */
export interface SignatureCheck {
  /** Whether a request of this delivery carries it, as it is written. */
  readonly isValid: boolean
  readonly code: SignatureCode
  /** Whether the same was computed with this mistake; else it is the best explanation. */
  readonly isCertain: boolean
  /** What was found. */
  readonly detail: string
  /** What to change; `null` when nothing. */
  readonly remedy: string | null
  /** `X-ComplyWise-Signature` by the newest secret. */
  readonly expected: string
  /** `undefined` when no body was given, or it is the one that is sent. */
  readonly bodyDifference: BodyDifference | undefined
}

/**
 * Finds out which mistake makes somebody's code compute `signature` for a delivery, by making the same mistakes until
 * one gives the same. It takes a moment at most: about 1,200 hashes over about 32 MiB, and 8 MiB of variants of the
 * body, of which one is kept at a time.
 *
 * No signature over a body that was given is ever told, only whether it is the one that was pasted.
 *
 * Rejects with a RangeError without a secret.
 */
export async function checkSignature(evidence: SignatureEvidence, hashing: Hashing): Promise<SignatureCheck> {
  const { body, hashedBody, secrets } = evidence
  const [newest] = secrets
  if (newest === undefined) throw new RangeError('no secret to check with')
  const expected = `sha256=${hex(hashing.hmac('sha256', keysOf(newest.value).signature, body))}`
  const work = countWork(hashing)
  const bodies = createBodySuspects(evidence, work)
  const verdict = await judge(evidence, bodies, work)
  const bodyDifference =
    hashedBody && !isSameBody(body, hashedBody)
      ? compareBodies(body, hashedBody, await bodies.nameGiven(hashedBody))
      : undefined
  return { ...verdict, remedy: remedies[verdict.code], expected, bodyDifference }
}

type Verdict = Pick<SignatureCheck, 'isValid' | 'code' | 'isCertain' | 'detail'>

async function judge(evidence: SignatureEvidence, bodies: BodySuspects, work: CountedWork): Promise<Verdict> {
  const { hashing } = work
  if (isSecret(evidence, hashing)) {
    return likely('secret_pasted', 'This is the secret itself, not a signature made with it.')
  }
  const readings = readSignature(evidence.signature)
  const found = readings.length === 0 ? undefined : await findSuspect(readings, evidence, bodies, work)
  if (found !== undefined) return explain(found, evidence, hashing)
  const fragment = await judgeFragment(evidence, work)
  if (fragment !== undefined) return fragment
  if (readings.length === 0) return likely('malformed', describeMalformed(evidence.signature))
  if (readings.every(({ digest }) => digest.length !== SHA256_BYTES)) {
    const bytes = readings[0]?.digest.length ?? 0
    const detail = `It has ${bytes} bytes, as another hash function gives; HMAC-SHA256 has ${SHA256_BYTES}. It could not be reproduced.`
    return likely('other_algorithm', detail)
  }
  return judgeStranger(evidence)
}

const SHA256_BYTES = 32

function isSecret({ signature, secrets }: SignatureEvidence, { hash, equal }: Hashing): boolean {
  const text = signature.trim().replace(/^["']|["']$/g, '')
  // Hashed, because texts of any length have to be compared in a time that tells nothing.
  const digests = [text, `whsec_${text}`].map((given) => hash('sha256', encode(given)))
  const isSame = secrets.flatMap(({ value }) => {
    const digest = hash('sha256', encode(value))
    return digests.map((given) => equal(given, digest))
  })
  return isSame.includes(true)
}

interface Found {
  readonly suspect: Suspect
  readonly form: SignatureForm
}

async function findSuspect(
  readings: readonly Reading[],
  evidence: SignatureEvidence,
  bodies: BodySuspects,
  work: CountedWork,
): Promise<Found | undefined> {
  for await (const suspect of suspects(evidence, bodies, work)) {
    const reading = readings.find(({ digest }) => {
      return digest.length === suspect.digest.length && work.hashing.equal(digest, suspect.digest)
    })
    if (reading !== undefined) {
      return { suspect: { ...suspect, ...(await suspect.refine?.()) }, form: reading.form }
    }
    await work.rest()
  }
  return undefined
}

function explain({ suspect, form }: Found, evidence: SignatureEvidence, hashing: Hashing): Verdict {
  const { code, detail } = suspect
  const isWritten = form === 'header' || form === 'bare'
  if (code === 'valid') return explainForm(form, describeCarried(evidence, suspect, hashing))
  if (code === 'valid_attempt') {
    const isBase64 = form === 'attempt' || form === 'base64'
    const more = isBase64 ? '' : ' The header has it in base64.'
    return { isValid: isBase64, code, isCertain: true, detail: detail + more }
  }
  const carrier =
    code === 'secret_old' || code === 'secret_expired' ? carrierOf(evidence, suspect, hashing) : undefined
  const wasCarried = carrier === undefined || suspect.isCarried ? '' : ` Attempt ${carrier} carried it.`
  const isValid = carrier !== undefined && form === 'header'
  const more =
    isWritten || form === 'attempt'
      ? ''
      : ` It is also ${formWords[form]}, which \`X-ComplyWise-Signature\` is not.`
  return { isValid, code, isCertain: true, detail: detail + wasCarried + more }
}

const formWords: Readonly<Record<Exclude<SignatureForm, 'header' | 'bare' | 'attempt'>, string>> = {
  uppercase: 'in capitals',
  separated: 'with characters between its digits',
  base64: 'in base64',
  encoded_twice: 'encoded twice',
}

function explainForm(form: SignatureForm, more: string): Verdict {
  const [code, detail] = formVerdicts[form]
  return { isValid: code === 'valid', code, isCertain: true, detail: detail + more }
}

const formVerdicts: Readonly<Record<SignatureForm, readonly [code: SignatureCode, detail: string]>> = {
  header: ['valid', 'This is the signature of this delivery.'],
  bare: ['prefix_missing', 'The digits are right; in the header, `sha256=` stands before them.'],
  uppercase: ['uppercase_hex', 'The digits are right, but in capitals.'],
  separated: ['malformed', 'The digits are right, but there is something between them.'],
  base64: ['base64_instead_of_hex', 'The HMAC is right, but it is in base64, not in hexadecimal.'],
  attempt: ['base64_instead_of_hex', 'The HMAC is right, but it is in base64, not in hexadecimal.'],
  encoded_twice: ['encoded_twice', 'The HMAC is right, but it was encoded twice.'],
}

/** What to say when the newest secret is right, but attempts were signed before there was it. */
function describeCarried(evidence: SignatureEvidence, suspect: Suspect, hashing: Hashing): string {
  const isSigned = evidence.attempts.some(({ signature }) => signature !== undefined)
  if (!isSigned || carrierOf(evidence, suspect, hashing) !== undefined) return ''
  return ' The attempts until now carried another, made with a secret that was replaced since.'
}

/** The number of the first attempt whose `X-ComplyWise-Signature` is this. */
function carrierOf(
  { attempts }: SignatureEvidence,
  { digest }: Suspect,
  hashing: Hashing,
): number | undefined {
  return attempts.find(({ signature = '' }) =>
    readSignature(signature).some(
      (read) => read.digest.length === digest.length && hashing.equal(read.digest, digest),
    ),
  )?.number
}

const MIN_FRAGMENT = 8
const MIN_CERTAIN_FRAGMENT = 16

/** Whether a part of a signature was pasted. */
async function judgeFragment(
  evidence: SignatureEvidence,
  { hashing, rest }: CountedWork,
): Promise<Verdict | undefined> {
  const fragment = fragmentOf(evidence.signature)
  if (fragment.length < MIN_FRAGMENT) return undefined
  const { body, secrets, attempts } = evidence
  const macs: Uint8Array[] = []
  for (const { value } of secrets) {
    macs.push(hashing.hmac('sha256', keysOf(value).signature, body))
    await rest()
  }
  const signatures = [
    ...macs.flatMap((mac) => [hex(mac), Buffer.from(mac).toString('base64')]),
    ...attempts.flatMap(({ webhookSignature = '' }) =>
      readSignature(webhookSignature).map(({ digest }) => Buffer.from(digest).toString('base64')),
    ),
  ]
  const isPart = signatures.some((whole) => isEndOf(whole, fragment, hashing))
  if (!isPart) return undefined
  const detail = `These ${fragment.length} characters are the beginning or the end of the signature; the rest is missing.`
  return { isValid: false, code: 'truncated', isCertain: fragment.length >= MIN_CERTAIN_FRAGMENT, detail }
}

/** Whether `whole` begins or ends with `part`, and is longer; in any case of letters where it is hexadecimal. */
function isEndOf(whole: string, part: string, hashing: Hashing): boolean {
  if (part.length >= whole.length) return false
  const wanted = encode(whole.length === 2 * SHA256_BYTES ? part.toLowerCase() : part)
  return [whole.slice(0, part.length), whole.slice(-part.length)]
    .map(encode)
    .some((end) => end.length === wanted.length && hashing.equal(end, wanted))
}

/** What to say of a signature that nothing reproduces. */
function judgeStranger({ body, hashedBody }: SignatureEvidence): Verdict {
  if (hashedBody === undefined) {
    return likely(
      'unknown',
      'No usual mistake gives this signature: the secret, the body or the function is another.',
    )
  }
  if (isSameBody(body, hashedBody)) {
    const detail = 'The body is right to the last byte, so the secret or the function is another.'
    return likely('secret_wrong', detail)
  }
  const detail =
    'The body that was hashed is not the one that was sent, and no secret of the subscription makes this signature over either: both the body and the secret are others, or the text given here is not what was hashed.'
  return likely('secret_wrong', detail)
}

function describeMalformed(signature: string): string {
  if (signature.trim() === '') return 'Nothing was computed.'
  return 'This is no signature: neither hexadecimal digits nor base64 of as many bytes as a hash function gives.'
}

function likely(code: SignatureCode, detail: string): Verdict {
  return { isValid: false, code, isCertain: false, detail }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
