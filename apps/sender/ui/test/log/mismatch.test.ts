import { expect, test } from 'vitest'
import type { LogRow } from '../../src/log/table/log-row.ts'
import { isMismatch, sinceAt } from '../../src/log/use-mismatch.ts'

const MADE_MS = Date.UTC(2026, 2, 1, 12)

const row: LogRow = {
  id: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22',
  subscriptionId: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  url: 'https://example.com',
  event: 'scan.completed',
  eventId: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
  status: 'failed',
  attemptCount: 1,
  outcome: 'timeout',
  httpStatus: null,
  createdAtMs: MADE_MS,
  completedAtMs: MADE_MS,
  nextAttemptAtMs: null,
  isTest: false,
  isRedelivery: false,
}

test.each([
  ['a range that has not left it yet', { range: '15m' }, 15 * 60, false],
  ['a range that has left it', { range: '15m' }, 15 * 60 + 1, true],
  ['a fixed time', { since: '2026-03-01T12:00:00.000Z' }, 86_400, false],
  ['any time', {}, 86_400, false],
  ['another status, within its range', { status: 'pending', range: '15m' }, 0, true],
] as const)('a row is compared with a search for %s', (_, search, ageSeconds, isMarked) => {
  const since = sinceAt(search, MADE_MS + ageSeconds * 1000)
  expect(isMismatch(search, since, row)).toBe(isMarked)
})
