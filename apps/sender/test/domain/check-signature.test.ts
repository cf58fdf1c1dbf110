import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { signatureHashing } from '../../src/api/signature-hashing.ts'
import { signatureCodes } from '../../src/domain/check-signature-codes.ts'
import type { SignatureEvidence } from '../../src/domain/check-signature-evidence.ts'
import { remedies } from '../../src/domain/check-signature-remedies.ts'
import { checkSignature } from '../../src/domain/check-signature.ts'

// Made by make.py beside it, with Python's HMACs and JSON.
const { body, expected, subscriptions, vectors } = z
  .object({
    body: z.string(),
    expected: z.record(z.string(), z.string()),
    subscriptions: z.record(
      z.string(),
      z.object({
        secrets: z.array(
          z.object({ value: z.string(), hint: z.string(), state: z.enum(['newest', 'old', 'expired']) }),
        ),
        attempts: z.array(
          z.object({
            number: z.int(),
            signature: z.string(),
            webhookId: z.string(),
            webhookTimestamp: z.string(),
            webhookSignature: z.string(),
          }),
        ),
      }),
    ),
    vectors: z.array(
      z.object({
        name: z.string(),
        subscription: z.string(),
        signature: z.string(),
        body: z.string().optional(),
        code: z.enum(signatureCodes),
        isValid: z.boolean(),
        isCertain: z.boolean(),
        says: z.string(),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(new URL('signature-vectors/vectors.json', import.meta.url), 'utf8')))

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function evidenceOf(subscription: string): Omit<SignatureEvidence, 'signature'> {
  const { secrets = [], attempts = [] } = subscriptions[subscription] ?? {}
  return { body: encode(body), secrets, attempts }
}

describe('a signature', () => {
  it.each(vectors)('$name is $code', async ({ subscription, signature, body: given, ...vector }) => {
    const hashedBody = given === undefined ? undefined : encode(given)
    const check = await checkSignature(
      { ...evidenceOf(subscription), signature, hashedBody },
      signatureHashing,
    )
    expect([check.code, check.isValid, check.isCertain]).toEqual([
      vector.code,
      vector.isValid,
      vector.isCertain,
    ])
    expect(check.detail).toContain(vector.says)
    expect(check.detail).toMatch(/^[A-Z].*\.$/s)
    expect(check.expected).toBe(expected[subscription])
    expect(check.bodyDifference === undefined).toBe(given === undefined || given === body)
  })

  it('is of each kind in some vector', () => {
    expect(new Set(vectors.map(({ code }) => code))).toEqual(new Set(signatureCodes))
  })

  it('never brings a secret into the answer', async () => {
    const answers: string[] = []
    for (const { subscription, signature, body: given } of vectors) {
      const hashedBody = given === undefined ? undefined : encode(given)
      const evidence = { ...evidenceOf(subscription), signature, hashedBody }
      answers.push(JSON.stringify(await checkSignature(evidence, signatureHashing)))
    }
    expect(answers).toHaveLength(vectors.length)
    const secrets = Object.values(subscriptions).flatMap(({ secrets }) => secrets.map(({ value }) => value))
    const parts = secrets.flatMap((secret) => [secret, secret.replace('whsec_', '')])
    expect(answers.filter((answer) => parts.some((part) => answer.includes(part)))).toEqual([])
  })

  it('cannot be checked without a secret', async () => {
    const evidence = { ...evidenceOf('rotated'), secrets: [], signature: '' }
    await expect(checkSignature(evidence, signatureHashing)).rejects.toThrow(RangeError)
  })
})

describe('a body that was given', () => {
  it.each([
    ['with a byte less at its end', body.slice(0, -1), 'cut off', 'nothing more'],
    ['with a byte more at its end', `${body} `, 'given a space at its end', 'and hashed `…'],
    ['by json.dumps', '{"event": "evidence.uploaded"', 'changed', '`{"event":'],
    ['that is empty', '', 'emptied', 'and hashed nothing more'],
  ])('%s is told apart', async (_name, given, ...says) => {
    const evidence = { ...evidenceOf('rotated'), signature: 'x', hashedBody: encode(given) }
    const { bodyDifference } = await checkSignature(evidence, signatureHashing)
    expect(bodyDifference).toMatchObject({
      sentBytes: encode(body).length,
      receivedBytes: encode(given).length,
    })
    for (const words of says) expect(bodyDifference?.detail).toContain(words)
  })

  it('differs first where it does, in bytes', async () => {
    const given = body.replace('漢', '字')
    const evidence = { ...evidenceOf('rotated'), signature: 'x', hashedBody: encode(given) }
    const { bodyDifference } = await checkSignature(evidence, signatureHashing)
    expect(bodyDifference?.offset).toBe(Buffer.from(body.slice(0, body.indexOf('漢'))).length)
  })
})

it.each([
  ['by JSON.stringify', (value: unknown) => JSON.stringify(value, null, 2)],
  [
    'by json.dumps',
    (value: unknown) => JSON.stringify(value).replaceAll('":', '": ').replaceAll(',"', ', "'),
  ],
])('a long body that was written again %s is found out, too', async (_name, write) => {
  const value = { data: Array.from({ length: 9000 }, (_each, id) => ({ id, name: 'a/b' })) }
  const { secrets, attempts } = evidenceOf('rotated')
  const signature = createHmac('sha256', secrets[0]?.value ?? '')
    .update(write(value).replaceAll('},{', '}, {'))
    .digest('hex')
  const evidence = { body: encode(JSON.stringify(value)), secrets, attempts, signature }
  expect(await checkSignature(evidence, signatureHashing)).toMatchObject({ code: 'body_reserialized' })
})

it('every mistake has a remedy, in sentences', () => {
  const { valid, valid_attempt: attempt, ...mistakes } = remedies
  expect([valid, attempt]).toEqual([null, null])
  expect(Object.values(mistakes)).toEqual(
    Object.values(mistakes).map(() => expect.stringMatching(/^[A-Z`].*\.$/)),
  )
})
