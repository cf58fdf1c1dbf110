import { describe, expect, it } from 'vitest'
import type { Outcome } from './outcome.ts'
import { outcomeReply } from './reply.ts'

describe('outcomeReply', () => {
  const replies: readonly (readonly [
    Outcome,
    status: number,
    word: string,
    retryAfter: string | undefined,
  ])[] = [
    [{ kind: 'processed' }, 200, 'processed', undefined],
    [{ kind: 'ignored' }, 200, 'ignored', undefined],
    [{ kind: 'duplicate' }, 200, 'duplicate', undefined],
    [{ kind: 'failed' }, 500, 'failed', undefined],
    [{ kind: 'in_progress', retryAfterMs: 4200 }, 409, 'in_progress', '5'],
    [{ kind: 'in_progress', retryAfterMs: 0 }, 409, 'in_progress', '1'],
    [{ kind: 'unavailable', retryAfterMs: 30_000 }, 503, 'unavailable', '30'],
  ]

  it.each(replies)('answers %j with %i "%s" and Retry-After %s', (outcome, status, word, retryAfter) => {
    const reply = outcomeReply(outcome)
    expect(reply).toMatchObject({ status, body: `{"status":"${word}"}` })
    expect(reply.headers['retry-after']).toBe(retryAfter)
  })
})
