import { describe, expect, it } from 'vitest'
import { appNames } from '../src/destinations/destination.ts'
import { hang } from '../src/trials/hang.ts'
import { kills } from '../src/trials/kills.ts'
import { life } from '../src/trials/life.ts'
import { replicas } from '../src/trials/replicas.ts'
import { runShort } from './support/run-short.ts'

const limitMs = 300_000

describe('a forwarder that is killed again and again', () => {
  it.each(appNames)('tells %s everything, and nothing twice', { timeout: limitMs }, async (app) => {
    const report = await runShort(kills, app, { events: 40, kills: 4, controls: 6 })
    expect(report.counts['answers']).toMatchObject({ 200: expect.any(Number) })
  })

  it('tells Slack everything while many controls fail at once', { timeout: limitMs }, async () => {
    const report = await runShort(kills, 'slack', { events: 50, kills: 2, controls: 20, storms: true })
    expect(report.broken).toEqual([])
  })
})

describe('forwarders', () => {
  it(
    'leave one issue open when two that share nothing get the same event',
    { timeout: limitMs },
    async () => {
      const report = await runShort(replicas, 'jira', { rounds: 3 })
      expect(report.counts['issues closed as duplicates']).toBeGreaterThan(0)
    },
  )

  it('answer at the deadline while the destination answers nothing', { timeout: limitMs }, async () => {
    const report = await runShort(hang, 'pagerduty', { events: 8, deadline: 1, tolerance: 60_000 })
    expect(report.counts['answers']).toEqual({ 503: 16 })
  })

  it('live with the real sender', { timeout: limitMs }, async () => {
    const report = await runShort(life, 'slack', {})
    expect(report.counts['deliveries']).toBe(27)
  })
})
