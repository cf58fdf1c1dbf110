import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { type HealthReading, nextTransition } from '../../src/domain/health.ts'
import { renderEmail } from '../../src/notify/render-email.ts'

const guide = readFileSync(new URL('../../../../docs/auto-disable.md', import.meta.url), 'utf8')

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const policy = { disableAfterFailures: 20, disableAfterMs: DAY_MS, backlogMaxAgeMs: 7 * DAY_MS }

/** What the first column stands for. */
const readings: Readonly<Record<string, Partial<HealthReading>>> = {
  'it succeeded': { consecutiveFailures: 0, failingForMs: null, hasSucceededSinceWarning: true },
  'the first failure': { consecutiveFailures: 1, failingForMs: 0 },
  '10,000 failures in one minute': { consecutiveFailures: 10_000, failingForMs: MINUTE_MS },
  '9 failures in a year': { consecutiveFailures: 9, failingForMs: 365 * DAY_MS },
  '10 failures in 12 hours': { consecutiveFailures: 10, failingForMs: 12 * HOUR_MS },
  '20 failures in one millisecond under 24 hours': { consecutiveFailures: 20, failingForMs: DAY_MS - 1 },
  '19 failures in 24 hours': { consecutiveFailures: 19, failingForMs: DAY_MS },
  '20 failures in 24 hours': { consecutiveFailures: 20, failingForMs: DAY_MS },
  '5,000 failures in 10 days': { consecutiveFailures: 5000, failingForMs: 10 * DAY_MS },
  'a failure, then a success, then a failure': {
    consecutiveFailures: 1,
    failingForMs: 0,
    hasSucceededSinceWarning: true,
  },
  '410 Gone, whatever was before': { isGone: true },
}

const states = {
  active: { state: 'active', isDegraded: false },
  degraded: { state: 'active', isDegraded: true },
  paused: { state: 'paused', isDegraded: false },
  disabled: { state: 'disabled', isDegraded: false },
} as const

function follows(state: keyof typeof states, reading: Partial<HealthReading>): string {
  const next = nextTransition(
    {
      consecutiveFailures: 0,
      failingForMs: null,
      isGone: false,
      hasSucceededSinceWarning: false,
      ...states[state],
      ...reading,
    },
    policy,
  )
  return next?.to ?? '–'
}

function between(name: string): string {
  return guide.split(`<!-- ${name} -->`)[1]?.split(`<!-- /${name} -->`)[0] ?? ''
}

test('the state table of docs/auto-disable.md is what the sender does', () => {
  const [, , ...rows] = between('states').trim().split('\n')
  const documented = rows.map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
  expect(documented).toEqual(
    Object.entries(readings).map(([name, reading]) => [
      name,
      follows('active', reading),
      follows('degraded', reading),
      follows('paused', reading),
      follows('disabled', reading),
    ]),
  )
})

test('the e-mail in docs/auto-disable.md is one that the sender writes', () => {
  const { subject, text } = renderEmail(
    {
      id: '0195a3c2-aaaa-7a41-b3c5-1f2e3d4c5b6a',
      recipient: 'owner@example.com',
      accountName: 'acme',
      description: 'Production',
      failures: 0,
      ageMs: 0,
      transition: {
        id: '0195a3c2-9e10-7a41-b3c5-1f2e3d4c5b6a',
        accountId: '0195a3c2-0000-7a41-b3c5-1f2e3d4c5b6a',
        subscriptionId: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
        at: new Date('2026-03-02T00:05:00Z'),
        from: 'active',
        to: 'degraded',
        reason: 'repeated_failures',
        actor: null,
        url: 'https://hooks.example.com/complywise',
        consecutiveFailures: 104,
        failingSince: new Date('2026-03-01T12:00:00Z'),
        lastOutcome: 'timeout',
        lastDetail: 'No whole answer within 15000 ms.',
        heldCount: 1834,
      },
    },
    policy,
  )
  expect(between('email').trim()).toBe(`\`\`\`text\nSubject: ${subject}\n\n${text}\`\`\``)
})
