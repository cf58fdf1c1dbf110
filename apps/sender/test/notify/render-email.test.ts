import { describe, expect, test } from 'vitest'
import type { RecordedTransition } from '../../src/domain/transition.ts'
import { formatDuration } from '../../src/notify/format-duration.ts'
import { type EmailPolicy, renderEmail } from '../../src/notify/render-email.ts'
import type { OwedEmail } from '../../src/store/owed-emails.ts'

const HOUR_MS = 3_600_000

const policy: EmailPolicy = {
  disableAfterFailures: 20,
  disableAfterMs: 24 * HOUR_MS,
  backlogMaxAgeMs: 7 * 24 * HOUR_MS,
}

const warning: RecordedTransition = {
  id: '0195a3c2-9e10-7a41-b3c5-1f2e3d4c5b6a',
  accountId: '0195a3c2-0000-7a41-b3c5-1f2e3d4c5b6a',
  subscriptionId: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
  at: new Date('2026-03-02T00:05:00.000Z'),
  from: 'active',
  to: 'degraded',
  reason: 'repeated_failures',
  actor: null,
  url: 'https://hooks.example.com/complywise?token=hunter2',
  consecutiveFailures: 1104,
  failingSince: new Date('2026-03-01T12:00:00.000Z'),
  lastOutcome: 'timeout',
  lastDetail: 'No whole answer within 15000 ms.',
  heldCount: 1834,
}

const disabled: RecordedTransition = { ...warning, from: 'degraded', to: 'disabled' }
const gone: RecordedTransition = {
  ...disabled,
  reason: 'endpoint_gone',
  lastOutcome: 'http_410',
  lastDetail: null,
}
const recovered: RecordedTransition = {
  ...warning,
  from: 'degraded',
  to: 'active',
  reason: 'recovered',
  consecutiveFailures: 0,
  failingSince: null,
}

function render(transition: RecordedTransition, other: Partial<OwedEmail> = {}) {
  const email: OwedEmail = {
    id: '0195a3c2-aaaa-7a41-b3c5-1f2e3d4c5b6a',
    recipient: 'owner@example.com',
    transition,
    accountName: 'acme',
    description: '',
    failures: 0,
    ageMs: 0,
    ...other,
  }
  return renderEmail(email, policy)
}

test('a warning says what fails, since when, and what is going to happen', () => {
  const { subject, text } = render(warning, { description: 'Production' })
  expect(subject).toBe('Webhooks to hooks.example.com are failing')
  expect(text)
    .toBe(`Your webhook endpoint keeps failing. It is going to be disabled unless an attempt succeeds.

  Endpoint        https://hooks.example.com/complywise (Production)
  Subscription    0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11
  Account         acme
  When            2026-03-02 00:05 UTC
  Failing since   2026-03-01 12:00 UTC
  Failed in a row 1,104
  Last failure    timeout: No whole answer within 15000 ms.
  Waiting         1,834 deliveries

It is disabled once 20 attempts in a row have failed, and none has succeeded for 24 hours, so not before 2026-03-02 12:00 UTC. Until then everything is tried again on its schedule.

What to do: find out why the endpoint fails, and let it answer with a 2xx status. The first success puts everything right.
`)
})

test('a disabled subscription’s e-mail says that nothing is lost, and how to go on', () => {
  const { subject, text } = render(disabled)
  expect(subject).toBe('Webhooks to hooks.example.com were disabled')
  expect(text).toContain('failed for too long and has been disabled')
  expect(text).toContain('is kept for 7 days each, and is sent when the subscription is enabled')
  expect(text).toContain('POST /api/webhooks/0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11/enable')
  expect(text).toContain('  Last failure    timeout: No whole answer within 15000 ms.\n')
})

test('one that answered 410 is told so', () => {
  const { subject, text } = render(gone)
  expect(subject).toBe('Webhooks to hooks.example.com were disabled')
  expect(text).toContain('answered 410 Gone')
  expect(text).toContain('  Last failure    http_410\n')
})

test('a recovery says so, without a failure that is over', () => {
  const { subject, text } = render(recovered)
  expect(subject).toBe('Webhooks to hooks.example.com are working again')
  expect(text).not.toMatch(/Failing since|Failed in a row|Last failure/)
  expect(text).toContain('  Waiting         1,834 deliveries\n')
})

test('whoever operates the sender reads the account first', () => {
  expect(render(disabled, { recipient: null }).subject).toBe(
    '[acme] Webhooks to hooks.example.com were disabled',
  )
})

test.each([
  [0, 'Waiting         0 deliveries\n'],
  [1, 'Waiting         1 delivery\n'],
  [99_999, 'Waiting         99,999 deliveries\n'],
  [100_000, 'Waiting         100,000 or more deliveries\n'],
])('%i held deliveries are told as they were counted', (heldCount, line) => {
  expect(render({ ...disabled, heldCount }).text).toContain(line)
})

test('a transition of which no attempt is known says nothing of one', () => {
  expect(render({ ...disabled, lastOutcome: null, lastDetail: null }).text).not.toContain('Last failure')
})

describe('what others wrote stays in its line', () => {
  const nasty =
    'a\r\nBcc: everybody@example.com\r\n\r\n  Endpoint        https://evil.example\u0085\u2028x\u0000'

  test.each([
    ['the description', { description: nasty }, disabled],
    ['the account', { accountName: nasty }, disabled],
    ['the last failure', {}, { ...disabled, lastDetail: nasty }],
  ] as const)('%s', (_name, other, transition) => {
    const { subject, text } = render(transition, { recipient: null, ...other })
    expect(subject).not.toMatch(/[\p{Cc}\u2028]/u)
    expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u2028]/u)
    expect(text.split('\n').filter((line) => /^ *(Bcc|Endpoint)/.test(line))).toHaveLength(1)
  })
})

test('what may be a secret in the URL is left out', () => {
  for (const transition of [warning, disabled, gone, recovered]) {
    expect(JSON.stringify(render(transition))).not.toContain('hunter2')
  }
})

test.each([
  [0, '0 milliseconds'],
  [1, '1 millisecond'],
  [1000, '1,000 milliseconds'],
  [60_000, '60 seconds'],
  [90 * 60_000, '90 minutes'],
  [HOUR_MS, '60 minutes'],
  [24 * HOUR_MS, '24 hours'],
  [48 * HOUR_MS, '2 days'],
  [7 * 24 * HOUR_MS, '7 days'],
  [36 * HOUR_MS, '36 hours'],
  [1500, '1,500 milliseconds'],
])('%i ms read as %s', (ms, words) => {
  expect(formatDuration(ms)).toBe(words)
})
