import { exampleRoutingKey } from '@complywise/destination-fakes'
import { controlEvent, scanCompleted } from '@complywise/forwarder/testing'
import { describe, expect, test } from 'vitest'
import { incidentsOf, otherRoutingKey, resultsOf, startBench } from './support/bench.ts'

const cc61 = 'cw:acme:control:soc 2:cc6.1'
const invalid = {
  status: 'invalid event',
  message: 'Event object is invalid',
  errors: ["'payload.custom_details' is invalid"],
}

describe('a trigger that goes wrong once', () => {
  test.each([
    [{ kind: 'rate-limited' }, 'pagerduty_rate_limited', 30_000],
    [{ kind: 'rate-limited', retryAfterSeconds: 7 }, 'pagerduty_rate_limited', 7000],
    [{ kind: 'reset-before' }, 'pagerduty_no_answer', 5000],
    [{ kind: 'reset-after' }, 'pagerduty_no_answer', 5000],
    [{ kind: 'html-502' }, 'pagerduty_unavailable', 5000],
    [{ kind: 'html-502-after' }, 'pagerduty_unavailable', 5000],
    [{ kind: 'unavailable' }, 'pagerduty_unavailable', 5000],
    [{ kind: 'unavailable', retryAfterSeconds: 90 }, 'pagerduty_unavailable', 90_000],
    [{ kind: 'truncated' }, 'pagerduty_no_answer', 5000],
    [{ kind: 'html-success' }, 'pagerduty_no_answer', 5000],
    [{ kind: 'error', status: 404, body: 'Not Found' }, 'pagerduty_unexpected_answer', 60_000],
  ] as const)('with %o is sent again, and opens one incident', async (fault, reason, retryAfterMs) => {
    const { pagerDuty, forward } = await startBench()
    pagerDuty.faults.inject(fault)
    const event = controlEvent('CC6.1', 0)
    expect(await forward(event)).toMatchObject({ steps: [{ result: 'retry', reason }], retryAfterMs })
    expect(resultsOf(await forward(event))).toEqual(['delivered'])
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} triggered`])
    await forward(controlEvent('CC6.1', 60, 'passed'))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`])
  })

  test.each(['hang', 'hang-after'] as const)(
    'with a %s is answered when the deadline has passed',
    async (kind) => {
      const { pagerDuty, forward } = await startBench()
      pagerDuty.faults.inject({ kind })
      const event = controlEvent('CC6.1', 0)
      expect(resultsOf(await forward(event, 200))).toEqual(['retry deadline_exceeded'])
      expect(resultsOf(await forward(event))).toEqual(['delivered'])
      expect(incidentsOf(pagerDuty)).toEqual([`${cc61} triggered`])
    },
  )
})

test.each(['reset-after', 'html-502-after', 'truncated', 'html-success'] as const)(
  'a resolve that ends with %s is sent again, and resolves nothing newer',
  async (kind) => {
    const { pagerDuty, forward } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    pagerDuty.faults.inject({ kind })
    const recovery = controlEvent('CC6.1', 60, 'passed')
    await forward(recovery)
    await forward(controlEvent('CC6.1', 120))
    await forward(recovery)
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`, `${cc61} triggered`])
  },
)

test('what comes while PagerDuty is away is told in order once it is back', async () => {
  const { pagerDuty, forward } = await startBench()
  pagerDuty.faults.always({ kind: 'unavailable' })
  const events = [controlEvent('CC6.1', 0), controlEvent('CC6.1', 60, 'passed'), controlEvent('CC6.1', 120)]
  for (const event of events) await forward(event)
  expect(incidentsOf(pagerDuty)).toEqual([])
  pagerDuty.faults.always(undefined)
  for (const event of events.toReversed()) await forward(event)
  const open = incidentsOf(pagerDuty).filter((incident) => incident.endsWith('triggered'))
  expect(open).toEqual([`${cc61} triggered`])
  expect(pagerDuty.dropped).toEqual([])
})

test('many events at once are all told in the end, although PagerDuty takes only so many a minute', async () => {
  const { pagerDuty, forward } = await startBench({
    fake: { limits: { eventsPerMinute: 5 }, now: () => fakeNowMs },
    settings: { storm: { controls: 100, windowMs: 60_000 } },
  })
  let fakeNowMs = 0
  const events = Array.from({ length: 12 }, (_, index) => controlEvent(`CC${index}`, 0))
  for (const round of [0, 1, 2]) {
    fakeNowMs = round * 60_001
    for (const event of events) await forward(event)
  }
  expect(incidentsOf(pagerDuty)).toHaveLength(12)
  expect(pagerDuty.incidents(exampleRoutingKey).every(({ log }) => log.length === 1)).toBe(true)
})

describe('an event that PagerDuty refuses', () => {
  test('is sent without its optional parts, and the ledger says so', async () => {
    const { pagerDuty, forward, ledger } = await startBench()
    pagerDuty.faults.inject({ kind: 'error', status: 400, body: invalid })
    expect(resultsOf(await forward(controlEvent('CC6.1', 0)))).toEqual(['delivered'])
    const [incident] = pagerDuty.incidents(exampleRoutingKey)
    expect(incident).toMatchObject({ dedupKey: cc61, severity: 'warning' })
    expect(incident?.log[0]?.event.payload?.custom_details).toBeUndefined()
    expect([...ledger.entries()].map(({ reason }) => reason)).toContain(
      'degraded: client, component, group, class, custom_details',
    )
  })

  test('even so is dead, and keeps nothing after it from being told', async () => {
    const { pagerDuty, forward, deadLetters } = await startBench()
    pagerDuty.faults.inject({ kind: 'error', status: 400, body: invalid }, {}, 2)
    expect(resultsOf(await forward(controlEvent('CC6.1', 0)))).toEqual(['dead pagerduty_refused'])
    expect(deadLetters).toEqual(['pagerduty_refused'])
    await forward(controlEvent('CC6.1', 60))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} triggered`])
  })

  test('of which nothing is there ends without a call', async () => {
    const { pagerDuty, forward } = await startBench()
    pagerDuty.faults.inject({ kind: 'error', status: 400, body: invalid }, {}, 2)
    await forward(controlEvent('CC6.1', 0))
    await forward(controlEvent('CC6.1', 60, 'passed'))
    expect(pagerDuty.requests).toHaveLength(2)
  })

  test('is sent without them again when the connection breaks in between', async () => {
    const { pagerDuty, forward } = await startBench()
    pagerDuty.faults.inject({ kind: 'error', status: 400, body: invalid })
    pagerDuty.faults.inject({ kind: 'reset-before' })
    const event = controlEvent('CC6.1', 0)
    expect(resultsOf(await forward(event))).toEqual(['retry pagerduty_no_answer'])
    expect(resultsOf(await forward(event))).toEqual(['delivered'])
  })
})

test('a change event that PagerDuty refuses is sent without its optional parts', async () => {
  const { pagerDuty, forward } = await startBench()
  pagerDuty.faults.inject({ kind: 'error', status: 400, body: invalid }, { operation: 'change.enqueue' })
  await forward(scanCompleted(0, 8, 150))
  expect(pagerDuty.changes(exampleRoutingKey)[0]?.event.payload).not.toHaveProperty('custom_details')
})

test('a routing key that PagerDuty does not know asks somebody to act, and never shows itself', async () => {
  const { pagerDuty, forward, engine } = await startBench()
  pagerDuty.deleteIntegration(exampleRoutingKey)
  expect(await forward(controlEvent('CC6.1', 0))).toMatchObject({
    steps: [{ result: 'retry', reason: 'pagerduty_unauthorized_key' }],
    retryAfterMs: 60_000,
  })
  const [action] = engine.operatorActions()
  expect(action).toMatchObject({ target: 'alerts', code: 'pagerduty_unauthorized_key' })
  expect(action?.fix).toContain('Integration Key')
  expect(JSON.stringify(action)).not.toContain(exampleRoutingKey)
})

test('after restarts and faults by chance there is one open incident for each control that fails', async () => {
  const bench = await startBench({ settings: { storm: { controls: 1000, windowMs: 60_000 } } })
  const { pagerDuty, forward } = bench
  pagerDuty.faults.byChance({
    seed: 7,
    rates: [
      { fault: { kind: 'reset-after' }, rate: 0.1 },
      { fault: { kind: 'reset-before' }, rate: 0.1 },
      { fault: { kind: 'html-502-after' }, rate: 0.05 },
      { fault: { kind: 'truncated' }, rate: 0.05 },
      { fault: { kind: 'rate-limited' }, rate: 0.1 },
    ],
  })
  const events = Array.from({ length: 15 }, (_, index) => [
    controlEvent(`CC${index}`, 0),
    controlEvent(`CC${index}`, 60, 'passed'),
    controlEvent(`CC${index}`, 120, index % 2 === 0 ? 'failed' : 'passed'),
  ]).flat()
  const shuffled = events.toSorted((a, b) => a.event_id.localeCompare(b.event_id))
  await Promise.all(shuffled.map(async (event) => forward(event)))
  bench.restart()
  pagerDuty.faults.byChance(undefined)
  for (const event of [...shuffled, ...shuffled]) await forward(event)
  const open = incidentsOf(pagerDuty).filter((incident) => !incident.endsWith(' resolved'))
  expect(open.toSorted()).toEqual(
    Array.from({ length: 8 }, (_, index) => `cw:acme:control:soc 2:cc${index * 2} triggered`).toSorted(),
  )
  expect(pagerDuty.incidents(otherRoutingKey)).toEqual([])
  expect(pagerDuty.refusals).toEqual([])
})
