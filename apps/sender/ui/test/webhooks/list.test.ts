import { describe, expect, it } from 'vitest'
import { isFailing } from '../../src/components/is-failing.ts'
import { shortenMiddle } from '../../src/components/shorten.ts'
import { deadlineOf } from '../../src/webhooks/list/endangered.ts'
import { findSubscriptions } from '../../src/webhooks/list/find-subscriptions.ts'
import { inChunks } from '../../src/webhooks/list/in-chunks.ts'
import { type ListSearch, readListSearch } from '../../src/webhooks/list/list-search.ts'
import { formatCountOf, formatSuccessRate } from '../../src/webhooks/list/success-rate.ts'
import { subscriptionName } from '../../src/webhooks/subscription-name.ts'
import { subscriptionOf } from './subscription-of.ts'

const warehouse = subscriptionOf({
  description: 'Data warehouse 10',
  url: 'https://dwh.example.com/in',
  events: ['*'],
  created_at: '2026-03-01T00:00:00.000Z',
})
const tickets = subscriptionOf({
  description: 'data Warehouse 9',
  url: 'https://tickets.example.com/hooks/ComplyWise',
  events: ['compliance.*'],
  created_at: '2026-03-03T00:00:00.000Z',
  health: { consecutive_failures: 1 },
})
const paused = subscriptionOf({
  url: 'https://archive.example.org/',
  events: ['evidence.uploaded'],
  state: 'paused',
  created_at: '2026-03-02T00:00:00.000Z',
})
const disabled = subscriptionOf({
  description: 'Gone',
  url: 'https://gone.example.com/',
  events: ['scan.failed'],
  state: 'disabled',
  created_at: '2026-03-05T00:00:00.000Z',
  health: { consecutive_failures: 400 },
})
const failing = subscriptionOf({
  description: 'Risk register',
  url: 'https://risk.example.com/',
  events: ['scan.*'],
  created_at: '2026-03-04T00:00:00.000Z',
  health: { consecutive_failures: 12, degraded_at: '2026-03-04T12:00:00.000Z' },
})
const all = [warehouse, tickets, paused, disabled, failing]

describe('the list', () => {
  it.each<[string, ListSearch, readonly unknown[]]>([
    ['everything, newest first', {}, [disabled, failing, tickets, paused, warehouse]],
    ['by name, numbers as numbers', { sort: 'name' }, [paused, tickets, warehouse, disabled, failing]],
    [
      'what fails, before what is disabled, before what failed once',
      { sort: 'failing' },
      [failing, disabled, tickets, paused, warehouse],
    ],
    ['only active ones', { state: 'active' }, [failing, tickets, warehouse]],
    ['only failing ones', { state: 'failing' }, [failing]],
    ['only paused ones', { state: 'paused' }, [paused]],
    ['only disabled ones', { state: 'disabled' }, [disabled]],
    ['a word of the description, in any case', { q: 'WAREHOUSE' }, [tickets, warehouse]],
    ['a part of the URL', { q: 'hooks/comply' }, [tickets]],
    ['every one of several words', { q: ' data  tickets ' }, [tickets]],
    ['a part of an event type', { q: 'evidence' }, [paused]],
    ['an event type, and what covers it', { q: 'scan.failed' }, [disabled, failing, warehouse]],
    ['a state and a word', { q: 'data', state: 'failing' }, []],
    ['characters that mean something in patterns', { q: '.*(' }, []],
  ])('shows %s', (_name, search, expected) => {
    expect(findSubscriptions(all, search)).toEqual(expected)
  })

  it('leaves the order of what it was given alone', () => {
    const given = [...all]
    findSubscriptions(given, { sort: 'name' })
    expect(given).toEqual(all)
  })

  it.each([
    [
      { q: 'a b', state: 'failing', sort: 'name' },
      { q: 'a b', state: 'failing', sort: 'name' },
    ],
    [{ q: '', state: 'broken', sort: 'newest', other: 'x' }, {}],
    [{ q: 5, state: ['active'], sort: null }, {}],
    [{ q: 'x'.repeat(500) }, { q: 'x'.repeat(200) }],
  ])('reads %j from a URL as %j', (search, expected) => {
    expect(readListSearch(search)).toEqual(expected)
  })
})

describe('a name', () => {
  it.each([
    ['Ticket system', 'https://example.com/', 'Ticket system'],
    ['  ', 'https://example.com/', 'example.com'],
    ['', 'https://example.com:8443/webhooks?x=1', 'example.com:8443/webhooks'],
    ['', 'not a URL', 'not a URL'],
  ])('of description %j and endpoint %s is %s', (description, url, expected) => {
    expect(subscriptionName({ description, url })).toBe(expected)
  })
})

describe('shortening', () => {
  it.each([
    ['https://a.example', 20, 'https://a.example'],
    ['abcdefghij', 10, 'abcdefghij'],
    ['abcdefghijk', 10, 'abcde…hijk'],
    ['abcdefghijk', 9, 'abcd…hijk'],
    ['👩👩👩👩👩👩', 5, '👩👩…👩👩'],
  ])('%s to %i characters makes %s', (text, max, expected) => {
    expect(shortenMiddle(text, max)).toBe(expected)
  })
})

describe('the success rate', () => {
  it.each([
    [0, 0, undefined],
    [10, 0, '100 %'],
    [0, 10, '0 %'],
    [1218, 22, '98.2 %'],
    [1, 2, '33.3 %'],
    [100_000, 1, '99.9 %'],
    [1, 100_000, '0.1 %'],
  ])('of %i that succeeded and %i that failed is %s', (succeeded, failed, expected) => {
    expect(formatSuccessRate({ succeeded, failed })).toBe(expected)
  })

  it('counts at least so many where it is not exact', () => {
    expect(formatCountOf({ count: 1240, is_exact: true })).toBe('1,240')
    expect(formatCountOf({ count: 10_000, is_exact: false })).toBe('10,000+')
  })
})

describe('failing', () => {
  it.each([
    ['a few failures are not', 'active', { consecutive_failures: 9 }, false],
    ['ten in a row are', 'active', { consecutive_failures: 10 }, true],
    ['what its owner is warned of is', 'active', { degraded_at: '2026-03-01T00:00:00.000Z' }, true],
    ['what is paused is not', 'paused', { consecutive_failures: 50 }, false],
    ['what is disabled is not any more', 'disabled', { consecutive_failures: 50 }, false],
  ] as const)('%s', (_name, state, health, expected) => {
    expect(isFailing(subscriptionOf({ state, health }))).toBe(expected)
  })

  const now = Date.parse('2026-03-01T12:00:00.000Z')

  it.each([
    ['in an hour', '2026-03-01T13:00:00.000Z', 4, { inMs: 3_600_000, failures: 4 }],
    ['as soon as enough have failed', '2026-03-01T11:00:00.000Z', 4, { inMs: 0, failures: 4 }],
    ['by the next failure', '2026-03-01T11:00:00.000Z', 0, { inMs: 0, failures: 1 }],
    ['never, while nothing fails', null, null, undefined],
  ])('disables %s', (_name, disablesAt, failures, expected) => {
    const health = { disables_at: disablesAt, failures_until_disabled: failures }
    expect(deadlineOf(subscriptionOf({ health }), now)).toEqual(expected)
  })
})

describe('chunks', () => {
  it.each([
    [0, []],
    [2, [2]],
    [100, [100]],
    [250, [100, 100, 50]],
  ])('of at most 100 hold %i', (count, sizes) => {
    const items = Array.from({ length: count }, (_, index) => index)
    const chunks = inChunks(items, 100)
    expect(chunks.map(({ length }) => length)).toEqual(sizes)
    expect(chunks.flat()).toEqual(items)
  })
})
