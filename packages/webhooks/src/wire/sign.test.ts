import { describe, expect, it } from 'vitest'
import { sign, type SignInput } from './index.ts'

const input: SignInput = {
  eventId: '0b2f7a54-6d0c-4b1e-9a55-1f7f0f5b3c21',
  body: new TextEncoder().encode('{}'),
  attemptedAt: new Date(1_772_366_400_000),
  secrets: ['your-secret'],
}

describe('sign', () => {
  it('makes exactly the headers that vouch for an attempt', async () => {
    expect(Object.keys(await sign(input))).toStrictEqual([
      'x-complywise-signature',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
      'content-digest',
    ])
  })

  it.each([
    ['an empty event id', { eventId: '' }, 'attempt_invalid'],
    ['an event id with a full stop', { eventId: 'msg.1' }, 'attempt_invalid'],
    ['an event id that would start another header', { eventId: 'a\r\nx-admin: 1' }, 'attempt_invalid'],
    ['an event id of 257 characters', { eventId: 'a'.repeat(257) }, 'attempt_invalid'],
    ['an invalid time', { attemptedAt: new Date(Number.NaN) }, 'attempt_invalid'],
    ['a time before 1970', { attemptedAt: new Date(-1) }, 'attempt_invalid'],
    ['the latest time there is', { attemptedAt: new Date(8_640_000_000_000_000) }, 'attempt_invalid'],
    ['no secret', { secrets: [] }, 'secret_empty'],
    ['an old secret that is unusable', { secrets: ['your-secret', 'old-secret '] }, 'secret_whitespace'],
  ])('rejects %s', async (_, change, code) => {
    await expect(sign({ ...input, ...change })).rejects.toMatchObject({ name: 'WebhookError', code })
  })
  it.each([
    ['a body of text', { body: '{}' }, 'body_not_bytes'],
    ['a body of parsed JSON', { body: {} }, 'body_not_bytes'],
  ])('rejects %s from a caller without types', async (_, change, code) => {
    // @ts-expect-error -- the types would stop it.
    await expect(sign({ ...input, ...change })).rejects.toMatchObject({ name: 'WebhookError', code })
  })
})
