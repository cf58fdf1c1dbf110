// Runs on every runtime: no test framework, nothing of Node. The tests and `compat/` both go by this.
import type { DigestVector } from '../../scripts/vectors/digest.ts'
import type { RetryAfterVector } from '../../scripts/vectors/retry-after.ts'
import type { SecretVector } from '../../scripts/vectors/secret.ts'
import type { SignVector } from '../../scripts/vectors/sign.ts'
import type { Header } from '../../scripts/vectors/signatures.ts'
import type { VerifyVector } from '../../scripts/vectors/vector.ts'
import type * as wire from '../../src/wire/index.ts'
import type { readKey } from '../../src/wire/secret.ts'

/** One vector as a question to an implementation; the answers are plain JSON, in the terms of the vector files. */
export interface VectorCase {
  /** The file it is from. */
  readonly subject: keyof VectorFiles
  readonly name: string
  readonly expected: unknown
  readonly actual: () => Promise<unknown>
}

/** What an implementation of the wire contract offers, from this package's sources or from its build. */
export interface Implementation extends Pick<typeof wire, PublicName> {
  readonly readKey: typeof readKey
}

type PublicName =
  | 'inspectSecret'
  | 'matchesContentDigest'
  | 'parseRetryAfter'
  | 'readHeader'
  | 'sign'
  | 'verify'

/** The vectors of each file in `vectors/`, by its name. */
export interface VectorFiles {
  readonly verify: readonly VerifyVector[]
  readonly sign: readonly SignVector[]
  readonly secret: readonly SecretVector[]
  readonly digest: readonly DigestVector[]
  readonly 'retry-after': readonly RetryAfterVector[]
}

/** The name of the form of headers that cannot carry every vector. */
export const fetchHeadersForm = 'WHATWG Headers'

/**
 * Every vector as a case. One with headers is put in all forms in which runtimes hand them over, and both `expected`
 * and the answer are then records by the form's name.
 */
export function vectorCases(files: VectorFiles, implementation: Implementation): readonly VectorCase[] {
  return [
    ...files.verify.map((vector) => verifyCase(vector, implementation)),
    ...files.sign.flatMap((vector) => signCases(vector, implementation)),
    ...files.secret.map((vector) => secretCase(vector, implementation)),
    ...files.digest.map((vector) => digestCase(vector, implementation)),
    ...files['retry-after'].map((vector) => retryAfterCase(vector, implementation)),
  ]
}

function verifyCase(vector: VerifyVector, { verify }: Implementation): VectorCase {
  const { name, headers, secrets } = vector
  const forms = headerForms(headers)
  const body = bytes(vector.body)
  return {
    subject: 'verify',
    name,
    expected: mapValues(forms, () => vector.expected),
    actual: () =>
      eachForm(forms, async (form) => inVectorTerms(await verify({ body, headers: form, secrets }))),
  }
}

function signCases(vector: SignVector, { sign, verify }: Implementation): readonly VectorCase[] {
  const { name, eventId, attemptedAtMs, secrets, expected } = vector
  const body = bytes(vector.body)
  const attemptedAt = new Date(attemptedAtMs)
  return [
    {
      subject: 'sign',
      name,
      expected,
      actual: async () => Object.entries(await sign({ eventId, body, attemptedAt, secrets })),
    },
    {
      subject: 'sign',
      name: `${name}, which verifies`,
      expected: { verified: true, secretIndex: 0, attemptedAtSeconds: Math.floor(attemptedAtMs / 1000) },
      actual: async () => inVectorTerms(await verify({ body, headers: joined(expected), secrets })),
    },
  ]
}

function secretCase(vector: SecretVector, { inspectSecret, readKey }: Implementation): VectorCase {
  const { name, secret, expected } = vector
  return {
    subject: 'secret',
    name: `${expected.usable ? 'accepts' : 'refuses'} ${name}`,
    expected,
    actual: async () => {
      const inspection = inspectSecret(secret)
      if (!inspection.usable) return { usable: false, code: inspection.code }
      const key = readKey(secret)
      const keys =
        typeof key === 'string' ? {} : { signatureKey: hex(key.signature), attemptKey: hex(key.attempt) }
      return { usable: true, weakness: inspection.weakness ?? null, ...keys }
    },
  }
}

function digestCase(vector: DigestVector, implementation: Implementation): VectorCase {
  const { name, values, expected } = vector
  const { readHeader, matchesContentDigest } = implementation
  const forms = {
    "Node's record of distinct values": { 'content-digest': values },
    [fetchHeadersForm]: new Headers(values.map((value) => ['content-digest', value])),
  }
  const body = bytes(vector.body)
  return {
    subject: 'digest',
    name,
    expected: mapValues(forms, () => expected),
    actual: () =>
      eachForm(
        forms,
        async (form) => (await matchesContentDigest(body, readHeader(form, 'content-digest'))) ?? null,
      ),
  }
}

function retryAfterCase(vector: RetryAfterVector, { parseRetryAfter }: Implementation): VectorCase {
  const { name, value, now, expectedMs } = vector
  return {
    subject: 'retry-after',
    name: `reads ${name}`,
    expected: expectedMs,
    actual: async () => parseRetryAfter(value, new Date(now)) ?? null,
  }
}

function inVectorTerms(verification: wire.Verification): unknown {
  if (!verification.verified) return verification
  const { attemptedAt, ...rest } = verification
  return { ...rest, attemptedAtSeconds: attemptedAt ? attemptedAt.getTime() / 1000 : null }
}

/** The headers in every form that carries them as they are. */
function headerForms(headers: readonly Header[]): Readonly<Record<string, wire.RequestHeaders>> {
  const record = joined(headers)
  return {
    "Node's record, which joins repeated headers": record,
    "Node's record of distinct values": distinct(headers),
    'an object with a get method': { get: (name: string) => record[name] ?? null },
    // These strip whitespace or refuse a character, as HTTP itself does.
    ...(headers.every(isCarriedVerbatim) ? { [fetchHeadersForm]: new Headers(copy(headers)) } : {}),
  }
}

function joined(headers: readonly Header[]): Readonly<Record<string, string>> {
  return mapValues(distinct(headers), (values) => values.join(', '))
}

function distinct(headers: readonly Header[]): Readonly<Record<string, readonly string[]>> {
  const names = new Set(headers.map(([name]) => name))
  return Object.fromEntries(
    [...names].map((name) => [
      name,
      headers.filter((header) => header[0] === name).map(([, value]) => value),
    ]),
  )
}

function copy(headers: readonly Header[]): [string, string][] {
  return headers.map(([name, value]) => [name, value])
}

function isCarriedVerbatim([name, value]: Header): boolean {
  try {
    return new Headers([[name, value]]).get(name) === value
  } catch {
    return false
  }
}

async function eachForm<Form>(
  forms: Readonly<Record<string, Form>>,
  ask: (form: Form) => Promise<unknown>,
): Promise<unknown> {
  const answers = Object.entries(forms).map(async ([name, form]) => [name, await ask(form)] as const)
  return Object.fromEntries(await Promise.all(answers))
}

function mapValues<From, To>(
  record: Readonly<Record<string, From>>,
  map: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]))
}

function bytes(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
