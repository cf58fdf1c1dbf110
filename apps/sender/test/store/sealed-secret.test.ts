import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretOpener, openSecret, sealSecret } from '../../src/store/sealed-secret.ts'

const key = randomBytes(32)
const subscriptionId = '01950000-0000-7000-8000-000000000001'
const otherId = '01950000-0000-7000-8000-000000000002'
const secret = `whsec_${randomBytes(32).toString('base64')}`

test.each([
  ['whsec_ form', secret],
  ['plain', 'your-secret'],
  ['not ASCII', 'pässwörd 🔑'],
  ['empty', ''],
])('a secret that is %s comes back as it was', (_name, text) => {
  expect(openSecret(sealSecret(text, subscriptionId, key), subscriptionId, key)).toBe(text)
})

test('the same secret is sealed differently each time, and never readable', () => {
  const sealed = Array.from({ length: 10 }, () => sealSecret(secret, subscriptionId, key))
  expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(10)
  expect(sealed.filter((bytes) => bytes.includes(secret.slice(6, 16)))).toEqual([])
})

const refusal =
  /^The secret of subscription 01950000-0000-7000-8000-00000000000\d does not open with SENDER_ENCRYPTION_KEY/

test('a secret does not open for another subscription', () => {
  const sealed = sealSecret(secret, subscriptionId, key)
  expect(() => openSecret(sealed, otherId, key)).toThrow(refusal)
})

test('a secret does not open with another key', () => {
  const sealed = sealSecret(secret, subscriptionId, key)
  expect(() => openSecret(sealed, subscriptionId, randomBytes(32))).toThrow(refusal)
})

test('a secret with any bit changed does not open', () => {
  const sealed = sealSecret(secret, subscriptionId, key)
  const opened = Array.from(sealed.keys()).flatMap((position) =>
    Array.from({ length: 8 }, (_, bit) => {
      const tampered = Buffer.from(sealed)
      tampered[position] = (tampered[position] ?? 0) ^ (1 << bit)
      return opens(tampered)
    }),
  )
  expect(opened).toHaveLength(sealed.byteLength * 8)
  expect(opened).not.toContain(true)
})

test('a sealed secret cut at any length does not open', () => {
  const sealed = sealSecret(secret, subscriptionId, key)
  const opened = Array.from(sealed.keys()).map((length) => opens(sealed.subarray(0, length)))
  expect(opened).not.toContain(true)
})

test('the refusal tells neither the secret nor the key', () => {
  const sealed = sealSecret(secret, subscriptionId, key)
  const told = messageOf(() => openSecret(sealed, otherId, key))
  expect(told).not.toContain(secret.slice(6, 16))
  expect(told).not.toContain(key.toString('base64').slice(0, 8))
})

test('an opener opens each secret as often as it is asked to, however many there are', () => {
  const secrets = Array.from({ length: 1500 }, (_, index) => `secret ${index}`)
  const sealed = secrets.map((text) => sealSecret(text, subscriptionId, key))
  const open = createSecretOpener(key)
  const openAll = () => sealed.map((bytes) => open(bytes, subscriptionId))
  expect([openAll(), openAll()]).toEqual([secrets, secrets])
})

test('an opener refuses a secret for another subscription, also after it has opened it', () => {
  const sealed = sealSecret(secret, subscriptionId, key)
  const open = createSecretOpener(key)
  open(sealed, subscriptionId)
  expect(() => open(sealed, otherId)).toThrow(refusal)
})

function opens(sealed: Uint8Array): boolean {
  return messageOf(() => openSecret(sealed, subscriptionId, key)) === undefined
}

function messageOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return String(error)
  }
}
