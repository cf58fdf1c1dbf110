import { describe, expect, it } from 'vitest'
import type { RecoverJob } from '../../src/api/recover-jobs.ts'
import { estimateMs } from '../../src/log/recover/estimate.ts'
import {
  fromLocalField,
  presets,
  readRate,
  sinceOf,
  toLocalField,
} from '../../src/log/recover/recover-since.ts'

const now = new Date('2026-03-08T12:00:00.000Z')

describe('since when to recover', () => {
  it('is chosen by the length of the time', () => {
    expect(presets.map((preset) => sinceOf(preset, now))).toEqual([
      '2026-03-08T11:00:00.000Z',
      '2026-03-08T06:00:00.000Z',
      '2026-03-07T12:00:00.000Z',
      '2026-03-01T12:00:00.000Z',
      '2026-02-06T12:00:00.000Z',
    ])
  })

  it('is written in the viewer’s zone, and read from it', () => {
    expect(toLocalField('2026-03-08T10:30:15.400Z')).toMatch(/^2026-03-0[789]T\d\d:\d\d:15$/)
    expect(fromLocalField(toLocalField('2026-03-08T10:30:15.000Z'), now)).toBe('2026-03-08T10:30:15.000Z')
  })

  it.each(['', 'x', toLocalField('2026-03-08T12:00:00.000Z'), toLocalField('2030-01-01T00:00:00.000Z')])(
    'has to be a time in the past: %j',
    (text) => {
      expect(fromLocalField(text, now)).toBeUndefined()
    },
  )

  it.each([
    ['1', 1],
    ['1000', 1000],
    [' 50 ', 50],
    ['0', undefined],
    ['1001', undefined],
    ['1.5', undefined],
    ['-1', undefined],
    ['1e2', undefined],
    ['', undefined],
  ])('is done at a rate that is a whole number: %j', (text, rate) => {
    expect(readRate(text)).toBe(rate)
  })
})

describe('how long a recovery still takes', () => {
  const job: RecoverJob = {
    id: 'a',
    subscription_id: 'b',
    since: now.toISOString(),
    until: now.toISOString(),
    status: 'running',
    total_count: 1000,
    redelivered_count: 0,
    deliveries_per_second: 50,
    created_by: 'key:c',
    created_at: now.toISOString(),
    completed_at: null,
  }
  const afterTenSeconds = now.getTime() + 10_000

  it('goes by what was made so far', () => {
    expect(estimateMs({ ...job, redelivered_count: 100 }, afterTenSeconds)).toBe(90_000)
  })

  it('is never less than its rate permits', () => {
    expect(estimateMs({ ...job, redelivered_count: 900 }, afterTenSeconds)).toBe(2000)
  })

  it('cannot be told before anything was made', () => {
    expect(estimateMs(job, afterTenSeconds)).toBeUndefined()
  })

  it('is nothing once more was made than was counted', () => {
    expect(estimateMs({ ...job, redelivered_count: 1001 }, afterTenSeconds)).toBe(0)
  })
})
