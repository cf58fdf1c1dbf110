import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import * as z from 'zod'
import type { DigestVector } from '../../scripts/vectors/digest.ts'
import type { RetryAfterVector } from '../../scripts/vectors/retry-after.ts'
import type { SecretVector } from '../../scripts/vectors/secret.ts'
import type { SignVector } from '../../scripts/vectors/sign.ts'
import type { Header } from '../../scripts/vectors/signatures.ts'
import type { VerifyVector } from '../../scripts/vectors/vector.ts'
import {
  inspectSecret,
  matchesContentDigest,
  parseRetryAfter,
  readHeader,
  type RequestHeaders,
  sign,
  verify,
} from './index.ts'
import { readKey } from './secret.ts'

interface Vectors {
  readonly verify: VerifyVector
  readonly sign: SignVector
  readonly secret: SecretVector
  readonly digest: DigestVector
  readonly 'retry-after': RetryAfterVector
}

const folder = new URL('../../vectors/', import.meta.url)

const verifyVectors = load('verify')
const signVectors = load('sign')
const secretVectors = load('secret')
const digestVectors = load('digest')
const retryAfterVectors = load('retry-after')

/** The forms in which runtimes hand over headers. */
const headerForms = {
  "Node's record, which joins repeated headers": joined,
  "Node's record of distinct values": distinct,
  'an object with a get method': (headers) => ({ get: (name) => joined(headers)[name] ?? null }),
} satisfies Record<string, (headers: readonly Header[]) => RequestHeaders>

describe('verify', () => {
  it.each(verifyVectors)('$name', async ({ body, headers, secrets, expected }) => {
    for (const toHeaders of Object.values(headerForms)) {
      const verification = await verify({ body: bytes(body), headers: toHeaders(headers), secrets })
      expect(verification).toStrictEqual(toVerification(expected))
    }
  })

  // Of the others, WHATWG Headers strip whitespace or refuse a character, as HTTP itself does.
  const carried = verifyVectors.filter(({ headers }) => headers.every(isCarriedVerbatim))

  it('is tried with WHATWG Headers on all vectors that these can carry', () => {
    expect(verifyVectors.length - carried.length).toBe(14)
  })

  it.each(carried)('$name, in WHATWG Headers', async ({ body, headers, secrets, expected }) => {
    const verification = await verify({ body: bytes(body), headers: new Headers(copy(headers)), secrets })
    expect(verification).toStrictEqual(toVerification(expected))
  })
})

describe('sign', () => {
  it.each(signVectors)('$name', async ({ eventId, body, attemptedAtMs, secrets, expected }) => {
    const headers = await sign({ eventId, body: bytes(body), attemptedAt: new Date(attemptedAtMs), secrets })
    expect(Object.entries(headers)).toStrictEqual(expected)
  })

  it.each(signVectors)('$name, which verifies', async ({ body, attemptedAtMs, secrets, expected }) => {
    const verification = await verify({ body: bytes(body), headers: joined(expected), secrets })
    const attemptedAt = new Date(Math.floor(attemptedAtMs / 1000) * 1000)
    expect(verification).toStrictEqual({ verified: true, secretIndex: 0, attemptedAt })
  })
})

describe('inspectSecret', () => {
  const usable = secretVectors.flatMap(({ name, secret, expected }) =>
    expected.usable ? [{ name, secret, expected }] : [],
  )
  const unusable = secretVectors.flatMap(({ name, secret, expected }) =>
    expected.usable ? [] : [{ name, secret, expected }],
  )

  it.each(usable)('accepts $name', ({ secret, expected }) => {
    expect(inspectSecret(secret)).toMatchObject({ usable: true, weakness: expected.weakness ?? undefined })
    expect(readKey(secret)).toStrictEqual({
      signature: fromHex(expected.signatureKey),
      attempt: fromHex(expected.attemptKey),
    })
  })

  it.each(unusable)('refuses $name', ({ secret, expected }) => {
    expect(inspectSecret(secret)).toMatchObject(expected)
  })
})

describe('matchesContentDigest', () => {
  it.each(digestVectors)('$name', async ({ body, values, expected }) => {
    for (const headers of [
      { 'content-digest': values },
      new Headers(values.map((value) => ['content-digest', value])),
    ]) {
      const value = readHeader(headers, 'content-digest')
      expect(await matchesContentDigest(bytes(body), value)).toBe(expected ?? undefined)
    }
  })
})

describe('parseRetryAfter', () => {
  it.each(retryAfterVectors)('reads $name', ({ value, now, expectedMs }) => {
    expect(parseRetryAfter(value, new Date(now))).toBe(expectedMs ?? undefined)
  })
})

describe('the vector files', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('vectors.schema.json', folder), 'utf8')))

  it('are all read here', () => {
    expect(files).toStrictEqual([
      'digest.json',
      'retry-after.json',
      'secret.json',
      'sign.json',
      'verify.json',
    ])
  })

  test.each(files)('%s has the form of vectors.schema.json', (file) => {
    const content: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    expect(schema.safeParse(content).error).toBeUndefined()
  })

  it('has a schema that refuses a vector with another field', () => {
    const [vector] = verifyVectors
    const file = { $schema: './vectors.schema.json', subject: 'verify', vectors: [{ ...vector, skip: true }] }
    expect(schema.safeParse(file).success).toBe(false)
  })
})

function load<Subject extends keyof Vectors>(subject: Subject): readonly Vectors[Subject][] {
  const text = readFileSync(new URL(`${subject}.json`, folder), 'utf8')
  const file: { vectors: readonly Vectors[Subject][] } = JSON.parse(text)
  return file.vectors
}

function bytes(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64')
}

function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

function joined(headers: readonly Header[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(distinct(headers)).map(([name, values]) => [name, values.join(', ')]),
  )
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

function toVerification(expected: VerifyVector['expected']): unknown {
  if (!expected.verified) return expected
  const { secretIndex, attemptedAtSeconds: seconds } = expected
  return { verified: true, secretIndex, attemptedAt: seconds === null ? undefined : new Date(seconds * 1000) }
}
