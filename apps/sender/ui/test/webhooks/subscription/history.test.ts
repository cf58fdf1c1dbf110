import { describe, expect, test } from 'vitest'
import { describeActor } from '../../../src/webhooks/subscription/describe-actor.ts'
import { describeHistory } from '../../../src/webhooks/subscription/describe-history.ts'
import { type AuditEntry, mergeHistory } from '../../../src/webhooks/subscription/history.ts'
import type { Transition } from '../../../src/webhooks/subscription/state-since.ts'
import { transitionIntoState } from '../../../src/webhooks/subscription/state-since.ts'
import { subscriptionOf } from '../subscription-of.ts'

const key = 'key:0195a3c2-0000-7a41-b3c5-1f2e3d4c5b6a'

function entry(number: number, at: string, more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    number,
    at: `2026-03-02T${at}.000Z`,
    actor: key,
    action: 'subscription.changed',
    target: 'subscription:0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
    details: {},
    hash: '9f2c7a3d5b1e8046',
    ...more,
  }
}

function transition(id: string, at: string, more: Partial<Transition> = {}): Transition {
  return {
    id,
    at: `2026-03-02T${at}.000Z`,
    from: 'active',
    to: 'degraded',
    reason: 'repeated_failures',
    actor: null,
    url: 'https://example.com/webhooks',
    consecutive_failures: 12,
    failing_since: '2026-03-01T12:00:00.000Z',
    last_outcome: 'http_503',
    last_detail: null,
    held_count: 3,
    ...more,
  }
}

const paused = { from: 'active', to: 'paused', reason: 'requested', actor: key } as const

describe('the history of a subscription', () => {
  test('what a person asked for is in both records, and is one item', () => {
    const { items } = mergeHistory(
      { items: [transition('t', '10:00:00', paused)], hasMore: false },
      { items: [entry(2, '10:00:01', { action: 'subscription.paused' })], hasMore: false },
    )
    expect(items).toHaveLength(1)
    expect(items[0]).toMatchObject({ entry: { number: 2 }, transition: { id: 't' } })
  })

  test.each([
    ['another actor', { action: 'subscription.paused', actor: 'user:eve' }, '10:00:01'],
    ['another action', { action: 'subscription.resumed' }, '10:00:01'],
    ['another time', { action: 'subscription.paused' }, '11:00:00'],
  ])('an entry with %s is something else', (_, more, at) => {
    const { items } = mergeHistory(
      { items: [transition('t', '10:00:00', paused)], hasMore: false },
      { items: [entry(2, at, more)], hasMore: false },
    )
    expect(items).toHaveLength(2)
  })

  test('both records are in one order, newest first', () => {
    const { items, lacks } = mergeHistory(
      { items: [transition('c', '12:00:00'), transition('a', '10:00:00')], hasMore: false },
      { items: [entry(9, '13:00:00'), entry(8, '11:00:00')], hasMore: false },
    )
    expect(items.map(({ id }) => id)).toEqual(['entry 9', 'transition c', 'entry 8', 'transition a'])
    expect(lacks).toEqual({ transitions: false, audit: false })
  })

  test('what may have gaps is left out until the list that ended early was read on', () => {
    const { items, lacks } = mergeHistory(
      { items: [transition('c', '12:00:00'), transition('a', '08:00:00')], hasMore: true },
      { items: [entry(9, '13:00:00'), entry(8, '11:00:00')], hasMore: true },
    )
    expect(items.map(({ id }) => id)).toEqual(['entry 9', 'transition c', 'entry 8'])
    expect(lacks).toEqual({ transitions: false, audit: true })
  })
})

describe('what the history says', () => {
  test('a change tells what it was and what it is', () => {
    const details = {
      version: 2,
      changed: {
        url: { from: 'https://a.example/', to: 'https://b.example/' },
        contact_email: { from: null, to: 'a@example.com' },
        headers: { set: ['authorization'], removed: ['x-old'] },
      },
    }
    expect(
      describeHistory({ id: '', at: '', entry: entry(2, '10:00:00', { details }), transition: undefined }),
    ).toEqual({
      title: 'Changed',
      details: [
        'Endpoint: https://a.example/ → https://b.example/',
        'Contact e-mail: nothing → a@example.com',
        'Custom headers set: authorization',
        'Custom headers removed: x-old',
      ],
    })
  })

  test.each([
    [{ overlap_seconds: 0 }, 'The old secret stopped signing at once.'],
    [{ overlap_seconds: 3600 }, 'For 1 h, the old secret signs beside the new one.'],
  ])('a rotation with %o', (details, text) => {
    const rotated = entry(3, '10:00:00', { action: 'subscription.secret_rotated', details })
    expect(describeHistory({ id: '', at: '', entry: rotated, transition: undefined }).details).toEqual([text])
  })

  test('what the sender did by itself tells why', () => {
    const disabled = transition('d', '10:00:00', { to: 'disabled', last_detail: 'No whole answer.' })
    expect(describeHistory({ id: '', at: '', entry: undefined, transition: disabled })).toEqual({
      title: 'Disabled: the endpoint kept failing',
      details: [
        '12 attempts in a row had failed.',
        'The last failure: 503 Service Unavailable: No whole answer',
        '3 deliveries were waiting then.',
      ],
    })
  })

  test('an action of a later version is shown as it is, with its details', () => {
    const later = entry(4, '10:00:00', {
      action: 'subscription.moved',
      details: { to: ['a', 1], constructor: {} },
    })
    expect(describeHistory({ id: '', at: '', entry: later, transition: undefined })).toEqual({
      title: 'subscription.moved',
      details: ['to: a, 1', 'constructor: {}'],
    })
  })
})

describe('who did something', () => {
  const known = { actor: key, keyNames: new Map([[key.slice(4), 'laptop']]) }

  test.each([
    [null, 'The sender'],
    [key, 'You (laptop)'],
    ['key:0195ffff-0000-7a41-b3c5-1f2e3d4c5b6a', 'Key 0195ffff'],
    ['user:ada@example.com', 'User ada@example.com'],
    ['command:recover', 'Command recover'],
    ['someone', 'someone'],
  ])('%s is %s', (actor, text) => {
    expect(describeActor(actor, known)).toBe(text)
  })
})

test('the newest transition tells since when a subscription is in its state, if it led there', () => {
  const into = transition('t', '10:00:00', paused)
  expect(transitionIntoState(subscriptionOf({ state: 'paused' }), [into])).toBe(into)
  expect(transitionIntoState(subscriptionOf({ state: 'disabled' }), [into])).toBeUndefined()
  expect(transitionIntoState(subscriptionOf(), [])).toBeUndefined()
})
