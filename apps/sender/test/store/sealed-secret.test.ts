import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createSecretOpener, isSealedWith, openSecret, sealSecret } from '../../src/store/sealed-secret.ts'

const keys = { current: randomBytes(32), previous: [] }
const subscriptionId = '01950000-0000-7000-8000-000000000001'
const otherId = '01950000-0000-7000-8000-000000000002'
const secret = `whsec_${randomBytes(32).toString('base64')}`

test.each([
  ['whsec_ form', secret],
  ['plain', 'your-secret'],
  ['not ASCII', 'pässwörd 🔑'],
  ['empty', ''],
])('a secret that is %s comes back as it was', (_name, text) => {
  expect(openSecret(sealSecret(text, subscriptionId, keys), subscriptionId, keys)).toBe(text)
})

test('the same secret is sealed differently each time, and never readable', () => {
  const sealed = Array.from({ length: 10 }, () => sealSecret(secret, subscriptionId, keys))
  expect(new Set(sealed.map((bytes) => bytes.toString('hex'))).size).toBe(10)
  expect(sealed.filter((bytes) => bytes.includes(secret.slice(6, 16)))).toEqual([])
})

const refusal = /^What is sealed for 01950000-0000-7000-8000-00000000000\d does not open: it was changed/

test('a secret does not open for another subscription', () => {
  const sealed = sealSecret(secret, subscriptionId, keys)
  expect(() => openSecret(sealed, otherId, keys)).toThrow(refusal)
})

test('a secret does not open with other keys, and the refusal names the settings', () => {
  const sealed = sealSecret(secret, subscriptionId, keys)
  const others = { current: randomBytes(32), previous: [randomBytes(32)] }
  expect(() => openSecret(sealed, subscriptionId, others)).toThrow(
    /its key is neither SENDER_ENCRYPTION_KEY nor one of SENDER_PREVIOUS_ENCRYPTION_KEYS$/,
  )
})

test('a secret opens with the key that sealed it when others have taken over, which is what seals from then on', () => {
  const sealed = sealSecret(secret, subscriptionId, keys)
  const newer = { current: randomBytes(32), previous: [randomBytes(32), keys.current] }
  expect(openSecret(sealed, subscriptionId, newer)).toBe(secret)
  const resealed = sealSecret(secret, subscriptionId, newer)
  expect([isSealedWith(sealed, newer.current), isSealedWith(resealed, newer.current)]).toEqual([false, true])
  expect(openSecret(resealed, subscriptionId, { current: newer.current, previous: [] })).toBe(secret)
})

test('a secret with any bit changed does not open', () => {
  const sealed = sealSecret(secret, subscriptionId, keys)
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
  const sealed = sealSecret(secret, subscriptionId, keys)
  const opened = Array.from(sealed.keys()).map((length) => opens(sealed.subarray(0, length)))
  expect(opened).not.toContain(true)
})

test('the refusal tells neither the secret nor the key', () => {
  const sealed = sealSecret(secret, subscriptionId, keys)
  const told = messageOf(() => openSecret(sealed, otherId, keys))
  expect(told).not.toContain(secret.slice(6, 16))
  expect(told).not.toContain(keys.current.toString('base64').slice(0, 8))
})

test('an opener opens each secret as often as it is asked to, however many there are', () => {
  const secrets = Array.from({ length: 1500 }, (_, index) => `secret ${index}`)
  const sealed = secrets.map((text) => sealSecret(text, subscriptionId, keys))
  const open = createSecretOpener(keys)
  const openAll = () => sealed.map((bytes) => open(bytes, subscriptionId))
  expect([openAll(), openAll()]).toEqual([secrets, secrets])
})

test('an opener refuses a secret for another subscription, also after it has opened it', () => {
  const sealed = sealSecret(secret, subscriptionId, keys)
  const open = createSecretOpener(keys)
  open(sealed, subscriptionId)
  expect(() => open(sealed, otherId)).toThrow(refusal)
})

function opens(sealed: Uint8Array): boolean {
  return messageOf(() => openSecret(sealed, subscriptionId, keys)) === undefined
}

function messageOf(run: () => unknown): string | undefined {
  try {
    run()
    return undefined
  } catch (error) {
    return String(error)
  }
}
