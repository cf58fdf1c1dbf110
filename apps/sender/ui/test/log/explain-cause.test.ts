import { describe, expect, it } from 'vitest'
import { type ExplainedDelivery, explainCause } from '../../src/log/delivery/explain-cause.ts'

type Code = ExplainedDelivery['why']['code']

function pending(code: Code, outcome: string | null = null): ExplainedDelivery {
  return {
    status: 'pending',
    attempt_count: outcome === null ? 0 : 2,
    why: { code, detail: 'State.' },
    ...ended(outcome),
  }
}

function ended(outcome: string | null) {
  const status = /^http_(\d+)$/.exec(outcome ?? '')?.[1]
  return { last_outcome: outcome, last_http_status: status === undefined ? null : Number(status) }
}

describe('why a delivery did not arrive', () => {
  it.each([
    ['retrying', 'http_401', 'Answered 401 Unauthorized', null],
    ['retrying', 'timeout', 'Timed out', null],
    ['blocked', 'ssrf_blocked', 'Address refused', 'State.'],
    ['probed', 'http_500', 'Answered 500 Internal Server Error', 'State.'],
    ['disabled', 'http_410', 'Answered 410 Gone', 'State.'],
    ['due', 'dns', 'Host name not found', 'State.'],
  ] as const)('begins with its own last attempt: %s after %s', (code, outcome, headline, state) => {
    expect(explainCause(pending(code, outcome), null)).toEqual({ headline, state, names: 'own' })
  })

  it('is that of the endpoint’s newest failure, while it was not attempted itself', () => {
    const headline = 'Waits, as its endpoint is failing: 429 Too Many Requests'
    expect(explainCause(pending('held'), ended('http_429'))).toEqual({
      headline,
      state: 'State.',
      names: 'other',
    })
  })

  it.each([
    ['looked up', undefined],
    ['not found', null],
    ['the sender’s own', ended('internal')],
  ])('blames no endpoint while a failure is %s', (_, other) => {
    const known = { headline: 'State.', state: null, names: 'none' }
    expect(explainCause(pending('probed'), other)).toEqual(known)
    expect(explainCause(pending('held'), other)).toEqual(known)
  })

  it.each([
    ['in_flight', 'http_500'],
    ['lease_expired', 'lease_expired'],
    ['postponed', 'internal'],
    ['paused', null],
  ] as const)('is what the API says where no answer of the endpoint is to blame: %s', (code, outcome) => {
    expect(explainCause(pending(code, outcome), null)).toEqual({
      headline: 'State.',
      state: null,
      names: 'none',
    })
  })

  it('is the order, where another one comes before it', () => {
    const headline = 'Waits for the delivery before it, as the order is kept'
    expect(explainCause(pending('behind'), null)).toEqual({ headline, state: 'State.', names: 'none' })
  })

  it('says of what was given up after how many attempts', () => {
    const failed = { ...pending('exhausted', 'connect'), status: 'failed', attempt_count: 10 } as const
    expect(explainCause(failed, null)).toMatchObject({
      headline: 'No connection',
      state: 'It was given up after 10 attempts.',
    })
  })
})
