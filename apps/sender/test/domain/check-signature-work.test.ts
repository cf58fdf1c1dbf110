import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { signatureHashing } from '../../src/api/signature-hashing.ts'
import { bodyVariants } from '../../src/domain/check-signature-bodies.ts'
import type { Hashing } from '../../src/domain/check-signature-evidence.ts'
import { countWork } from '../../src/domain/check-signature-work.ts'
import { checkSignature } from '../../src/domain/check-signature.ts'

const MIB = 1024 * 1024

const secrets = Array.from({ length: 10 }, (_each, index) => ({
  value: `secret ${index} of text`,
  hint: '',
  state: index === 0 ? ('newest' as const) : ('old' as const),
}))
const attempts = [1, 2, 3].map((number) => ({
  number,
  signature: `sha256=${'1'.repeat(64)}`,
  webhookId: 'a',
  webhookTimestamp: '1760000000',
  webhookSignature: `v1,${Buffer.alloc(32, number).toString('base64')}`,
}))

function nested(count: number, item: string): string {
  const items = Array.from({ length: count }, () => item).join(',')
  return `{"event_id":"a","data":{"x":${'['.repeat(56)}${items}${']'.repeat(56)}}}`
}

/** Bodies whose variants are many times as long, or as many values as their length permits. */
const bodies: readonly (readonly [name: string, text: string])[] = [
  ['a short body', '{"event_id":"a","data":{"x":[1,"é/<"]}}'],
  ['one of 32 KiB', JSON.stringify({ data: Array.from({ length: 3000 }, () => 'aé/"<\n') })],
  ['one of 256 KiB', JSON.stringify({ data: 'é/"<\n'.repeat(32_000) })],
  ['126,000 values in 56 arrays', nested(126_000, '1')],
  ['87,000 empty arrays in 56 arrays', nested(87_000, '[]')],
  ['8,000 values in 56 arrays', nested(8000, '1')],
  ['one of letters with accents', JSON.stringify({ data: 'é'.repeat(131_000) })],
  ['a short one of letters with accents', JSON.stringify({ data: 'é'.repeat(8000) })],
  ['a short one of angle brackets', JSON.stringify({ data: '<'.repeat(16_000) })],
  ['one that is nested too deeply', '['.repeat(100_000) + ']'.repeat(100_000)],
  ['one that is no JSON', '\uFFFD'.repeat(80_000)],
]

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

async function checkStranger(text: string, hashing: Hashing): Promise<string> {
  const evidence = { body: encode(text), hashedBody: encode(`${text}?`), secrets, attempts }
  const { code } = await checkSignature({ ...evidence, signature: `sha256=${'0'.repeat(64)}` }, hashing)
  return code
}

describe.each(bodies)('a check over %s', (_name, text) => {
  it('hashes a bounded number of bytes, and lets others go on', async () => {
    let [hashes, bytes, bytesAtPause, mostBetween] = [0, 0, 0, 0]
    const count = (...data: readonly Uint8Array[]): void => {
      hashes += 1
      for (const { length } of data) bytes += length
      mostBetween = Math.max(mostBetween, bytes - bytesAtPause)
    }
    const code = await checkStranger(text, {
      ...signatureHashing,
      hash: (algorithm, ...data) => {
        count(...data)
        return signatureHashing.hash(algorithm, ...data)
      },
      hmac: (algorithm, key, ...data) => {
        count(key, ...data)
        return signatureHashing.hmac(algorithm, key, ...data)
      },
      pause: async () => {
        bytesAtPause = bytes
      },
    })
    expect(code).toBe('secret_wrong')
    expect(hashes).toBeLessThan(1600)
    // What a check may hash, and then each variant once for what it is and once for what it signs.
    expect(bytes).toBeLessThan(52 * MIB)
    expect(mostBetween).toBeLessThan(2 * MIB)
    expect(bytesAtPause).toBeGreaterThan(0)
  })

  it('makes variants of 8 MiB at most, each of a bounded size, all different', async () => {
    const body = encode(text)
    const sizes: number[] = []
    const seen = new Set<string>()
    for await (const variant of bodyVariants(body, countWork(signatureHashing))) {
      sizes.push(variant.body.length)
      seen.add(Buffer.from(variant.body).toString('latin1'))
    }
    const largest = Math.max(...sizes)
    expect(largest).toBeLessThanOrEqual(6 * (2 * body.length + 64 * 1024))
    expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(8 * MIB + largest)
    expect(seen.size).toBe(sizes.length)
    expect(sizes.length).toBeLessThanOrEqual(180)
  })

  it('spends a bounded amount of work on them between two pauses', async () => {
    let [sincePause, most, pauses] = [0, 0, 0]
    const work = countWork({
      ...signatureHashing,
      pause: async () => {
        pauses += 1
        sincePause = 0
      },
    })
    const spend = async (bytes: number, count: (bytes: number) => Promise<void>): Promise<void> => {
      sincePause += bytes
      most = Math.max(most, sincePause)
      await count(bytes)
    }
    const counting = {
      ...work,
      spend: async (bytes: number) => await spend(bytes, work.spend),
      made: async (bytes: number) => await spend(bytes, work.made),
    }
    for await (const { body } of bodyVariants(encode(text), counting)) sincePause += body.length
    expect(most).toBeLessThan(3 * MIB)
    expect(pauses).toBeGreaterThan(0)
  })
})

// Longer than the body, and what was given as one.
const MIN_VARIANT = 20_000

it('a check keeps no variant once the next is made', async () => {
  const body = JSON.stringify({ data: Array.from({ length: 700 }, (_each, id) => ({ id, name: 'é/<' })) })
  const collectGarbage = exposeGarbageCollection()
  const hashed: WeakRef<Uint8Array>[] = []
  const alive: number[] = []
  await checkStranger(body, {
    ...signatureHashing,
    hash: (algorithm, ...data) => {
      const [variant] = data
      const isVariant = variant !== undefined && variant.length > MIN_VARIANT
      if (algorithm === 'sha256' && isVariant) hashed.push(new WeakRef(variant))
      return signatureHashing.hash(algorithm, ...data)
    },
    pause: async () => {
      // What a WeakRef was made of, or gave, lives until the end of the turn.
      await setImmediate()
      collectGarbage()
      alive.push(hashed.filter((variant) => variant.deref() !== undefined).length)
      await setImmediate()
    },
  })
  expect(hashed.length).toBeGreaterThan(10)
  expect(Math.max(...alive)).toBe(1)
})

function exposeGarbageCollection(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc')
}
