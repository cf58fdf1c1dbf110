import { randomBytes } from 'node:crypto'
import { afterEach, expect, it, vi } from 'vitest'
import type * as crypto from '#crypto'
import { diagnose } from './diagnose.ts'
import { restorations } from './restorations.ts'
import { secretVariants } from './secret-variants.ts'

type Crypto = typeof crypto

const counted = vi.hoisted(() => ({ macs: 0 }))
vi.mock('#crypto', async (importOriginal) => {
  const original: Crypto = await importOriginal()
  const hmacSha256: Crypto['hmacSha256'] = (keys, ...rest) => {
    counted.macs += keys.length
    return original.hmacSha256(keys, ...rest)
  }
  return { ...original, hmacSha256 }
})
afterEach(() => {
  counted.macs = 0
})

// Every kind of character that a restoration or a variant changes.
const text = JSON.stringify({ 'a b': ['é/"漢', 1], c: { d: '\r\n' } }, null, 3).replaceAll('\n', '\r\n')
const headers = {
  'x-complywise-signature': `sha256=${'0'.repeat(64)}`,
  'webhook-id': 'a',
  'webhook-timestamp': '1',
  'webhook-signature': Array(5)
    .fill(`v1,${Buffer.alloc(32).toString('base64')}`)
    .join(' '),
}

it.each([
  ['a short body', text, 70],
  ['a body of more than 32 KiB', text.padEnd(32_769), 5],
])(
  '%s costs a bounded number of HMACs for each secret, of which the first four count',
  async (_what, text, limit) => {
    const many = Array.from({ length: 50 }, (_each, index) => ({
      id: String(index),
      value: `${randomBytes(3).toString('hex')}aA + "'-_\\n`,
    }))
    const found = await diagnose({
      body: new TextEncoder().encode(text),
      headers,
      secrets: many,
      expiredSecrets: many.toReversed(),
    })
    expect(found).toMatchObject({ code: 'unknown' })
    expect(counted.macs).toBeLessThanOrEqual(4 * limit)
  },
)

it('tries as many variants of a secret and of a body as is documented', () => {
  expect(secretVariants(`whsec_${'ab12'.repeat(8)}`).length).toBeLessThanOrEqual(19)
  expect(secretVariants(' "a+b c" \\n').length).toBeLessThanOrEqual(19)
  const bodies = [...restorations(new TextEncoder().encode(text))]
  expect(bodies.length).toBeGreaterThan(30)
  expect(bodies.length).toBeLessThanOrEqual(42)
})

it.each([
  ['', '['.repeat(10_000) + ']'.repeat(10_000)],
  [', also where its strings have brackets', '["]",'.repeat(5000) + '1' + ']'.repeat(5000)],
])('writes no JSON with an indentation that grows with its depth%s', (_what, text) => {
  const bodies = [...restorations(new TextEncoder().encode(text))]
  expect(Math.max(...bodies.map(({ body }) => body.length))).toBeLessThan(100_000)
})
