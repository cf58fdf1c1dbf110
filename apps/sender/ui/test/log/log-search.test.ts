import { expect, test } from 'vitest'
import {
  activeFilters,
  matchesSearch,
  searchKey,
  toDeliveryQuery,
  withFilter,
  withoutFilter,
  withTime,
} from '../../src/log/filters/log-filters.ts'
import { findId, readLogSearch } from '../../src/log/log-search.ts'
import type { LogRow } from '../../src/log/table/log-row.ts'
import { parseSearch, stringifySearch } from '../../src/search.ts'

const ID = '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22'
const NOW = Date.UTC(2026, 2, 1, 12)

const row: LogRow = {
  id: ID,
  subscriptionId: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com/webhooks',
  event: 'scan.completed',
  eventId: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
  status: 'failed',
  attemptCount: 10,
  outcome: 'http_503',
  httpStatus: 503,
  createdAtMs: NOW,
  completedAtMs: NOW + 1000,
  nextAttemptAtMs: null,
  isTest: false,
  isRedelivery: false,
}

test.each([
  'status=failed&outcome=http_503&event=scan.completed&range=1h',
  `id=${ID}`,
  `subscription=${ID}&tests=none&since=2026-03-01T12%3A00%3A00.000Z&until=2026-03-02T12%3A00%3A00.000Z`,
  'until=2026-03-02T12%3A00%3A00.000Z',
])('filters come out of the URL as they went in: %s', (url) => {
  expect(stringifySearch({ ...readLogSearch(parseSearch(`?${url}`)) })).toBe(`?${url}`)
})

test.each([
  ['a status that there is not', 'status=lost'],
  ['an outcome with markup', 'outcome=<script>'],
  ['an event type without a family', 'event=scan'],
  ['an id that is none', 'id=42'],
  ['a subscription that is none', 'subscription=../../keys'],
  ['a time that is none', 'since=yesterday'],
  ['a range that there is not', 'range=2y'],
  ['a range that every object has', 'range=constructor'],
  ['a time that ends before it begins', 'since=2026-03-02T12:00:00Z&until=2026-03-01T12:00:00Z'],
  ['what there is no filter of', 'colour=red'],
])('%s is dropped', (_, url) => {
  expect(readLogSearch(parseSearch(`?${url}`))).toEqual({})
})

test('a range is dropped beside a beginning or an end', () => {
  expect(readLogSearch({ range: '1h', since: '2026-03-01T12:00:00Z' })).toEqual({
    since: '2026-03-01T12:00:00.000Z',
  })
})

test.each([
  [` ${ID}\n`, ID],
  [ID.toUpperCase(), ID],
  [`https://example.com/settings/webhooks/delivery-log/${ID}?x=1`, ID],
  [`{"event_id":"${ID}"}`, ID],
  ['0195a3c2', undefined],
  ['', undefined],
])('the id in %j is found', (text, id) => {
  expect(findId(text)).toBe(id)
})

test('a search becomes what the API takes, a range with the time at which it begins', () => {
  expect(
    toDeliveryQuery(
      { status: 'failed', subscription: ID, outcome: 'timeout', tests: 'none', range: '15m' },
      NOW,
    ),
  ).toEqual({
    status: 'failed',
    subscription_id: ID,
    outcome: 'timeout',
    is_test: 'false',
    since: '2026-03-01T11:45:00.000Z',
  })
})

test.each([
  ['no filter', {}, true],
  ['its status', { status: 'failed' }, true],
  ['another status', { status: 'pending' }, false],
  ['its outcome', { outcome: 'http_503' }, true],
  ['another outcome', { outcome: 'timeout' }, false],
  ['its event type', { event: 'scan.completed' }, true],
  ['another event type', { event: 'scan.failed' }, false],
  ['another subscription', { subscription: ID }, false],
  ['its id', { id: ID }, true],
  ['only tests', { tests: 'only' }, false],
  ['no tests', { tests: 'none' }, true],
  ['a time that begins with it', { since: '2026-03-01T12:00:00.000Z' }, true],
  ['a time that ends with it', { until: '2026-03-01T12:00:00.000Z' }, false],
] as const)('a delivery is compared with a search for %s', (_, search, isMatch) => {
  expect(matchesSearch(search, row)).toBe(isMatch)
})

test('filters that are on can be removed one by one', () => {
  const search = { status: 'failed', event: 'scan.completed', since: '2026-03-01T12:00:00.000Z' } as const
  expect(activeFilters(search)).toEqual(['status', 'event', 'time'])
  expect(withoutFilter(search, 'time')).toEqual({ status: 'failed', event: 'scan.completed' })
  expect(withoutFilter(search, 'status')).toEqual({ event: 'scan.completed', since: search.since })
  expect(withFilter(search, 'status', undefined)).toEqual(withoutFilter(search, 'status'))
  expect(withTime(search, { range: '1h' })).toEqual({
    status: 'failed',
    event: 'scan.completed',
    range: '1h',
  })
})

test('searches for the same have the same key, whatever the order', () => {
  expect(searchKey({ status: 'failed', event: 'a.b' })).toBe(searchKey({ event: 'a.b', status: 'failed' }))
  expect(searchKey({ status: 'failed' })).not.toBe(searchKey({ status: 'pending' }))
})
