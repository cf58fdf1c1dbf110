import type { BodySuspects } from './check-signature-body-suspects.ts'
import type { SignatureCode } from './check-signature-codes.ts'
import { isSameBody } from './check-signature-difference.ts'
import type {
  HashAlgorithm,
  Hashing,
  KnownSecret,
  SignatureEvidence,
  SignedAttempt,
} from './check-signature-evidence.ts'
import { readSignature } from './check-signature-reading.ts'
import { emptySecrets, hinted, keysOf, named, secretVariants } from './check-signature-secrets.ts'
import type { CountedWork } from './check-signature-work.ts'

/** Something that may have been computed, and the mistake that it would prove. */
export interface Suspect {
  readonly code: SignatureCode
  /** What was done, in a sentence. */
  readonly detail: string
  readonly digest: Uint8Array
  /** Whether an attempt carried it. */
  readonly isCarried?: true
  /** Finds out more about the mistake, once it is proved. */
  readonly refine?: () => Promise<Pick<Suspect, 'code' | 'detail'>>
}

/**
 * Everything that is looked for, the likely first.
 *
 * @param bodies what may have been signed in place of the body.
 * @yields one at a time, computed when it is asked for, so that whoever has found one stops. Once `work` is over,
 *   little more is computed.
 */
export async function* suspects(
  evidence: SignatureEvidence,
  bodies: BodySuspects,
  work: CountedWork,
): AsyncGenerator<Suspect> {
  const { body, hashedBody, secrets } = evidence
  const { hashing } = work
  const [newest, others] = [secrets.slice(0, 1), secrets.slice(1)]
  yield* signers(evidence, hashing)
  yield* carried(evidence)
  yield* bodies.given()
  const hashed = hashedBody === undefined || isSameBody(hashedBody, body) ? [] : [hashedBody]
  yield* affordable(keyless(body, hashing), work)
  for (const given of hashed) yield* affordable(also(keyless(given, hashing)), work)
  for (const secret of newest) yield* affordable(misused(evidence, secret, body, hashing), work)
  for (const secret of others) yield* affordable(misused(evidence, secret, body, hashing), work)
  yield* bodies.variants()
  for (const given of hashed) {
    for (const secret of secrets) {
      yield* affordable(also(misused(evidence, secret, given, hashing)), work)
    }
  }
}

function* affordable(found: Iterable<Suspect>, work: CountedWork): Generator<Suspect> {
  if (work.isOver()) return
  for (const suspect of found) {
    yield suspect
    if (work.isOver()) return
  }
}

function* also(found: Iterable<Suspect>): Generator<Suspect> {
  for (const suspect of found) {
    const detail = `${suspect.detail} The body that was hashed is not the one that was sent, either.`
    yield { ...suspect, detail }
  }
}

// The body signed with each secret as `X-ComplyWise-Signature` is.
function* signers({ body, secrets }: SignatureEvidence, { hmac }: Hashing): Generator<Suspect> {
  for (const secret of secrets) {
    const digest = hmac('sha256', keysOf(secret.value).signature, body)
    if (secret.state === 'newest')
      yield { code: 'valid', detail: 'This is the signature of this body.', digest }
    else if (secret.state === 'old') {
      const detail = `This is the signature of this body with the old secret${hinted(secret)}, which was replaced: it signs \`webhook-signature\` until it expires, but not \`X-ComplyWise-Signature\`.`
      yield { code: 'secret_old', detail, digest }
    } else {
      const detail = `This is the signature of this body with a secret${hinted(secret)} that was replaced and has expired.`
      yield { code: 'secret_expired', detail, digest }
    }
  }
}

// What attempts carried, also with secrets that are not kept any more.
function* carried({ attempts }: SignatureEvidence): Generator<Suspect> {
  for (const { number, signature = '', webhookSignature = '' } of attempts) {
    for (const { digest } of readSignature(signature)) {
      const detail = `Attempt ${number} carried it, made with a secret that was replaced since.`
      yield { code: 'secret_expired', detail, digest, isCarried: true }
    }
    for (const { digest } of readSignature(webhookSignature)) {
      const detail = `This is the \`webhook-signature\` that attempt ${number} carried.`
      yield { code: 'valid_attempt', detail, digest, isCarried: true }
    }
  }
}

// What needs no secret.
function* keyless(body: Uint8Array, { hash, hmac }: Hashing): Generator<Suspect> {
  for (const algorithm of algorithms) {
    const detail = `It is the plain ${algorithmNames[algorithm]} of the body: no secret went into it.`
    yield { code: 'no_secret', detail, digest: hash(algorithm, body) }
  }
  for (const text of emptySecrets) {
    const secret = text === '' ? 'an empty secret' : `the text \`${text}\` as the secret`
    const detail = `It was made with ${secret}: the variable is not set.`
    yield { code: 'secret_empty', detail, digest: hmac('sha256', encode(text), body) }
  }
}

// `body` hashed with the wrong key, by the wrong function, or together with something else.
function* misused(
  evidence: SignatureEvidence,
  secret: KnownSecret,
  body: Uint8Array,
  hashing: Hashing,
): Generator<Suspect> {
  const { hash, hmac } = hashing
  for (const { code, difference, key } of secretVariants(secret.value)) {
    const detail = `It was made with the secret${named(secret)} ${difference}.`
    yield { code, detail, digest: hmac('sha256', key, body) }
  }
  const { signature: key } = keysOf(secret.value)
  for (const algorithm of algorithms.filter((other) => other !== 'sha256')) {
    const detail = `It was made with HMAC-${algorithmNames[algorithm]}.`
    yield { code: 'other_algorithm', detail, digest: hmac(algorithm, key, body) }
  }
  const swapped =
    'Key and text are the wrong way round: the body was used as the key, and the secret was hashed.'
  yield { code: 'arguments_swapped', detail: swapped, digest: hmac('sha256', body, key) }
  for (const parts of [
    [key, body],
    [body, key],
  ]) {
    const detail = 'It is the SHA-256 of the secret and the body, one after the other, which is not an HMAC.'
    yield { code: 'not_hmac', detail, digest: hash('sha256', ...parts) }
  }
  yield* hashedTwice(key, body, hashing)
  for (const attempt of evidence.attempts.slice(-MAX_ATTEMPTS)) {
    yield* withPrefix(attempt, secret, body, hashing)
  }
}

function* hashedTwice(key: Uint8Array, body: Uint8Array, { hash, hmac }: Hashing): Generator<Suspect> {
  const digest = hash('sha256', body)
  for (const text of [encode(hex(digest)), digest]) {
    const detail = 'It is the HMAC of the SHA-256 of the body: the body was hashed before it was signed.'
    yield { code: 'hashed_twice', detail, digest: hmac('sha256', key, text) }
  }
  const mac = hmac('sha256', key, body)
  for (const text of [encode(hex(mac)), mac]) {
    const detail = 'It is the SHA-256 of the signature: it was hashed once more.'
    yield { code: 'hashed_twice', detail, digest: hash('sha256', text) }
  }
}

function* withPrefix(
  { number, webhookId, webhookTimestamp }: SignedAttempt,
  secret: KnownSecret,
  body: Uint8Array,
  { hmac }: Hashing,
): Generator<Suspect> {
  if (webhookId === undefined || webhookTimestamp === undefined) return
  const { signature, attempt } = keysOf(secret.value)
  const signed = (key: Uint8Array, prefix: string): Uint8Array => {
    return hmac('sha256', key, encode(prefix), body)
  }
  const undecoded = `It covers id, time and body of attempt ${number} as \`webhook-signature\` does, but was made with the text of the secret.`
  const whole = `${webhookId}.${webhookTimestamp}.`
  yield { code: 'secret_not_decoded', detail: undecoded, digest: signed(signature, whole) }
  for (const [words, prefix] of prefixes(webhookId, webhookTimestamp)) {
    const detail = `It covers ${words} of attempt ${number} ahead of the body, too.`
    for (const key of [signature, attempt]) {
      yield { code: 'covers_timestamp', detail, digest: signed(key, prefix) }
    }
  }
}

// A delivery that was repeated often is asked about because of its last attempts.
const MAX_ATTEMPTS = 3

const algorithmNames: Readonly<Record<HashAlgorithm, string>> = {
  sha256: 'SHA-256',
  sha1: 'SHA-1',
  sha512: 'SHA-512',
  sha384: 'SHA-384',
  sha224: 'SHA-224',
  md5: 'MD5',
}

const algorithms = ['sha256', 'sha1', 'sha512', 'sha384', 'sha224', 'md5'] as const

function prefixes(id: string, timestamp: string): readonly (readonly [words: string, prefix: string])[] {
  return [
    ['the time', `${timestamp}.`],
    ['the time', timestamp],
    ['the time', `v0:${timestamp}:`],
    ['the id', `${id}.`],
  ]
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
