import { exampleRoutingKey } from '@complywise/destination-fakes'
import { clockAt, controlEvent, scanCompleted, testEvent } from '@complywise/forwarder/testing'
import type { WebhookEvent } from '@complywise/webhooks'
import { eventFixture } from '@complywise/webhooks/testing'
import { describe, expect, test } from 'vitest'
import { createEventsClient } from '../src/client/create-events-client.ts'
import { alerts, changesOf, incidentsOf, otherRoutingKey, resultsOf, startBench } from './support/bench.ts'

const cc61 = 'cw:acme:control:soc 2:cc6.1'
const daySeconds = 86_400

describe('a control', () => {
  test('opens one incident when it fails, and resolves it when it recovers', async () => {
    const { pagerDuty, forward } = await startBench()
    expect(await forward(controlEvent('CC6.1', 0))).toMatchObject({
      steps: [{ target: 'alerts', key: cc61, action: 'open', result: 'delivered', proof: cc61 }],
    })
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} triggered`])
    expect(await forward(controlEvent('CC6.1', 60, 'passed'))).toMatchObject({
      steps: [{ action: 'resolve', result: 'delivered', proof: cc61 }],
    })
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`])
    expect(pagerDuty.refusals).toEqual([])
  })

  test('is told once, however often its event comes', async () => {
    const { pagerDuty, forward } = await startBench()
    const event = controlEvent('CC6.1', 0)
    await Promise.all([forward(event), forward(event), forward(event)])
    await forward(event)
    expect(pagerDuty.requests).toHaveLength(1)
  })

  test('that fails still wakes nobody again', async () => {
    const { pagerDuty, forward } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    expect(resultsOf(await forward(controlEvent('CC6.1', 60)))).toEqual(['ignored nothing_to_say'])
    expect(pagerDuty.requests).toHaveLength(1)
  })

  test('that fails still is triggered again once the interval has passed, and then not before the next one', async () => {
    const { pagerDuty, forward } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    for (const seconds of [daySeconds - 1, daySeconds, daySeconds + 1, 2 * daySeconds - 1, 2 * daySeconds]) {
      await forward(controlEvent('CC6.1', seconds))
    }
    expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(1)
    expect(
      pagerDuty.incidents(exampleRoutingKey)[0]?.log.map(({ event }) => event.payload?.timestamp),
    ).toEqual([clockAt(0), clockAt(daySeconds), clockAt(2 * daySeconds)])
  })

  test('that somebody has resolved in PagerDuty is opened anew after the interval if it fails still', async () => {
    const { pagerDuty, forward } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    await createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca }).send(
      { routing_key: exampleRoutingKey, event_action: 'resolve', dedup_key: cc61 },
      AbortSignal.timeout(5000),
    )
    await forward(controlEvent('CC6.1', daySeconds))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`, `${cc61} triggered`])
  })

  test('that fails again after it has recovered opens a new incident', async () => {
    const { pagerDuty, forward } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    await forward(controlEvent('CC6.1', 60, 'passed'))
    await forward(controlEvent('CC6.1', 120))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`, `${cc61} triggered`])
    await forward(controlEvent('CC6.1', 180, 'passed'))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`, `${cc61} resolved`])
  })

  test.each([
    ['its recovery comes before its failure', [1, 0], 0],
    ['a failure comes again after its recovery', [0, 1, 0], 0],
    ['its failures come in reverse', [2, 0, 1], 1],
    ['everything comes in reverse', [3, 2, 1, 0], 0],
  ] as const)('ends up as its newest event says when %s', async (_, order, expected) => {
    const { pagerDuty, forward } = await startBench()
    const events = [
      controlEvent('CC6.1', 0),
      controlEvent('CC6.1', 60, 'passed'),
      controlEvent('CC6.1', 120),
      controlEvent('CC6.1', 180, 'passed'),
    ]
    for (const index of order) await forward(events[index] ?? controlEvent('-', 0))
    const open = pagerDuty.incidents(exampleRoutingKey).filter(({ status }) => status !== 'resolved')
    expect(open).toHaveLength(expected)
    expect(pagerDuty.dropped).toEqual([])
  })

  test('is resolved by a clean scan, together with all others', async () => {
    const { pagerDuty, forward } = await startBench({
      settings: { scans: { announce: 'never', errorAfter: 3 } },
    })
    await forward(controlEvent('CC6.1', 0))
    await forward(controlEvent('CC7.2', 1))
    await forward(controlEvent('A.5.1', 500, 'failed', 'ISO 27001'))
    await forward(scanCompleted(120, 0))
    expect(incidentsOf(pagerDuty)).toEqual([
      `${cc61} resolved`,
      'cw:acme:control:soc 2:cc7.2 resolved',
      'cw:acme:control:iso 27001:a.5.1 triggered',
    ])
  })
})

describe('severity', () => {
  const settings = {
    severities: [{ match: { control: ['CC6.*'] }, severity: 'critical' }],
  } as const

  test('is that of the rule that matches', async () => {
    const { pagerDuty, forward } = await startBench({ settings })
    await forward(controlEvent('CC6.1', 0))
    await forward(controlEvent('CC7.2', 0))
    expect(pagerDuty.incidents(exampleRoutingKey).map(({ severity }) => severity)).toEqual([
      'critical',
      'warning',
    ])
  })

  test('that rises is told at once', async () => {
    const { pagerDuty, forward } = await startBench()
    for (const seconds of [0, 10, 20, 30]) {
      await forward(eventFixture('scan.failed', { timestamp: clockAt(seconds) }))
    }
    const [incident] = pagerDuty.incidents(exampleRoutingKey)
    expect(incident?.log.map(({ event }) => event.payload?.severity)).toEqual(['warning', 'error'])
    await forward(scanCompleted(40, 3))
    expect(incidentsOf(pagerDuty)).toEqual(['cw:acme:scan resolved'])
  })

  test('that falls is not told, as the incident is no better for it', async () => {
    const { pagerDuty, forward } = await startBench()
    await forward(score(0, 70, 95))
    await forward(score(10, 85, 70))
    await forward(score(20, 70, 85))
    await forward(score(30, 96, 70))
    const [incident] = pagerDuty.incidents(exampleRoutingKey)
    expect(incident?.log.map(({ event }) => `${event.event_action} ${event.payload?.severity}`)).toEqual([
      'trigger error',
      'resolve undefined',
    ])
  })

  test('that has risen while PagerDuty was away is told once it is back', async () => {
    const { pagerDuty, forward, restart } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    pagerDuty.faults.always({ kind: 'unavailable' })
    restart({ settings })
    const worse = controlEvent('CC6.1', 10)
    const again = controlEvent('CC6.1', 20)
    expect(resultsOf(await forward(worse))).toEqual(['retry pagerduty_unavailable'])
    await forward(again)
    pagerDuty.faults.always(undefined)
    await forward(again)
    await forward(worse)
    const [incident] = pagerDuty.incidents(exampleRoutingKey)
    expect(incident?.log.map(({ event }) => event.payload?.severity)).toEqual(['warning', 'critical'])
  })
})

test('an integration that is disconnected again is told again, as somebody may have resolved it in PagerDuty', async () => {
  const { pagerDuty, forward } = await startBench()
  await forward(disconnected(0))
  const dedupKey = pagerDuty.incidents(exampleRoutingKey)[0]?.dedupKey ?? ''
  await createEventsClient({ server: pagerDuty.server, ca: pagerDuty.ca }).send(
    { routing_key: exampleRoutingKey, event_action: 'resolve', dedup_key: dedupKey },
    AbortSignal.timeout(5000),
  )
  await forward(disconnected(3600))
  expect(incidentsOf(pagerDuty)).toEqual([`${dedupKey} resolved`, `${dedupKey} triggered`])
})

describe('a routing key', () => {
  test('that was changed while an incident is open is used for new incidents only', async () => {
    const { pagerDuty, forward, restart } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    restart({ targets: { alerts: { ...alerts, routingKey: otherRoutingKey } } })
    await forward(controlEvent('CC7.2', 10))
    await forward(controlEvent('CC6.1', daySeconds))
    await forward(controlEvent('CC6.1', daySeconds + 10, 'passed'))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`])
    expect(incidentsOf(pagerDuty, otherRoutingKey)).toEqual(['cw:acme:control:soc 2:cc7.2 triggered'])
    await forward(controlEvent('CC6.1', daySeconds + 20))
    expect(incidentsOf(pagerDuty, otherRoutingKey)).toContain(`${cc61} triggered`)
    expect(pagerDuty.dropped).toEqual([])
  })

  test('of a target that was removed still resolves what is open there', async () => {
    const { pagerDuty, forward, restart } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    restart({
      targets: { other: { ...alerts, routingKey: otherRoutingKey } },
      settings: { routes: [{ match: {}, to: ['other'] }] },
    })
    await forward(controlEvent('CC6.1', 60, 'passed'))
    expect(incidentsOf(pagerDuty)).toEqual([`${cc61} resolved`])
    expect(pagerDuty.incidents(otherRoutingKey)).toEqual([])
  })

  test('whose integration was deleted does not keep the next failure from being told', async () => {
    const { pagerDuty, forward, restart, deadLetters } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    pagerDuty.deleteIntegration(exampleRoutingKey)
    const recovery = controlEvent('CC6.1', 60, 'passed')
    expect(resultsOf(await forward(recovery))).toEqual(['retry pagerduty_unauthorized_key'])
    restart({ targets: { alerts: { ...alerts, routingKey: otherRoutingKey } } })
    expect(resultsOf(await forward(recovery))).toEqual(['dead pagerduty_integration_gone'])
    expect(deadLetters).toEqual(['pagerduty_integration_gone'])
    await forward(controlEvent('CC6.1', 120))
    expect(incidentsOf(pagerDuty, otherRoutingKey)).toEqual([`${cc61} triggered`])
  })

  test('whose integration was deleted together with its target keeps nobody waiting', async () => {
    const { pagerDuty, forward, restart } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    pagerDuty.deleteIntegration(exampleRoutingKey)
    restart({
      targets: { other: { ...alerts, routingKey: otherRoutingKey } },
      settings: { routes: [{ match: {}, to: ['other'] }] },
    })
    const results = resultsOf(await forward(controlEvent('CC6.1', daySeconds)))
    expect(results.toSorted()).toEqual(['dead pagerduty_integration_gone', 'delivered'])
    expect(incidentsOf(pagerDuty, otherRoutingKey)).toEqual([`${cc61} triggered`])
  })

  test('whose integration was deleted is replaced when what is open has to be told again', async () => {
    const { pagerDuty, forward, restart } = await startBench()
    await forward(controlEvent('CC6.1', 0))
    pagerDuty.deleteIntegration(exampleRoutingKey)
    restart({ targets: { alerts: { ...alerts, routingKey: otherRoutingKey } } })
    await forward(controlEvent('CC6.1', daySeconds))
    await forward(controlEvent('CC6.1', daySeconds + 1, 'passed'))
    expect(incidentsOf(pagerDuty, otherRoutingKey)).toEqual([`${cc61} resolved`])
  })
})

describe('a storm', () => {
  test('is one incident, which is resolved when all of its controls have recovered', async () => {
    const { pagerDuty, forward } = await startBench({
      settings: { storm: { controls: 3, windowMs: 60_000 } },
    })
    const ids = Array.from({ length: 20 }, (_, index) => `CC${index}`)
    for (const id of ids) await forward(controlEvent(id, 0))
    const key = 'cw:acme:storm:soc 2'
    expect(incidentsOf(pagerDuty)).toHaveLength(4)
    expect(incidentsOf(pagerDuty)[3]).toBe(`${key} triggered`)
    for (const id of ids.slice(0, -1)) await forward(controlEvent(id, 30, 'passed'))
    expect(incidentsOf(pagerDuty)[3]).toBe(`${key} triggered`)
    await forward(controlEvent(ids.at(-1) ?? '', 40, 'passed'))
    expect(incidentsOf(pagerDuty).every((incident) => incident.endsWith(' resolved'))).toBe(true)
  })

  test('is told of again each time that it has become twice as large', async () => {
    const { pagerDuty, forward, pass } = await startBench({
      settings: { storm: { controls: 1, windowMs: 60_000 } },
    })
    for (let index = 0; index <= 20; index++) {
      await forward(controlEvent(`CC${index}`, 0))
      pass(10_000)
    }
    const storm = pagerDuty.incidents(exampleRoutingKey)[1]
    expect(storm?.log.map(({ event }) => event.payload?.summary)).toEqual([
      'Many controls failing at once · SOC 2 (ComplyWise acme)',
      '2 more controls failing · SOC 2 (ComplyWise acme)',
      '4 more controls failing · SOC 2 (ComplyWise acme)',
      '8 more controls failing · SOC 2 (ComplyWise acme)',
      '16 more controls failing · SOC 2 (ComplyWise acme)',
    ])
    expect(pagerDuty.requests).toHaveLength(6)
  })

  test('that becomes worse is told so', async () => {
    const { pagerDuty, forward } = await startBench({
      settings: {
        storm: { controls: 1, windowMs: 60_000 },
        severities: [{ match: { control: ['CC9.*'] }, severity: 'critical' }],
      },
    })
    for (const id of ['CC1.1', 'CC2.1', 'CC9.1', 'CC9.2']) await forward(controlEvent(id, 0))
    const storm = pagerDuty.incidents(exampleRoutingKey)[1]
    expect(storm?.log.map(({ event }) => event.payload?.severity)).toEqual(['warning', 'critical'])
  })
})

describe('news', () => {
  test('become change events, which open nothing', async () => {
    const { pagerDuty, forward } = await startBench()
    await forward(scanCompleted(0, 8, 150))
    await forward(eventFixture('evidence.uploaded', { timestamp: clockAt(1) }))
    await forward(
      eventFixture('compliance.score_changed', {
        timestamp: clockAt(2),
        data: { framework: 'SOC 2', new_score: 97, previous_score: 94 },
      }),
    )
    expect(changesOf(pagerDuty)).toHaveLength(3)
    expect(pagerDuty.incidents(exampleRoutingKey)).toEqual([])
    expect(pagerDuty.refusals).toEqual([])
  })

  test('that PagerDuty may have taken are told again, and the ledger says that they may be there twice', async () => {
    const { pagerDuty, forward, ledger } = await startBench()
    pagerDuty.faults.inject({ kind: 'reset-after' })
    const event = scanCompleted(0, 8, 150)
    expect(resultsOf(await forward(event))).toContain('retry pagerduty_no_answer')
    await forward(event)
    expect(changesOf(pagerDuty)).toHaveLength(2)
    expect([...ledger.entries()].map(({ result, reason }) => `${result} ${reason}`)).toContain(
      'ambiguous pagerduty_changes_unreadable',
    )
  })

  test('that PagerDuty has not taken are told once', async () => {
    const { pagerDuty, forward } = await startBench()
    pagerDuty.faults.inject({ kind: 'rate-limited' })
    const event = scanCompleted(0, 8, 150)
    expect(await forward(event)).toMatchObject({ retryAfterMs: 30_000 })
    await forward(event)
    expect(changesOf(pagerDuty)).toHaveLength(1)
  })

  test.each([
    ['the target takes none', { alerts: { ...alerts, changes: false } }, scanCompleted(0, 8, 150)],
    ['nobody knows what the event means', { alerts }, testEvent('policy.published', 0)],
  ])('are left out when %s', async (_, targets, event) => {
    const { pagerDuty, forward } = await startBench({
      targets,
      settings: { routes: [{ match: { event: ['*'] }, to: ['alerts'] }] },
    })
    expect(resultsOf(await forward(event))).toContain('ignored nothing_to_say')
    expect(pagerDuty.requests).toEqual([])
  })
})

function score(seconds: number, newScore: number, previousScore: number): WebhookEvent {
  return eventFixture('compliance.score_changed', {
    timestamp: clockAt(seconds),
    data: { framework: 'SOC 2', new_score: newScore, previous_score: previousScore },
  })
}

function disconnected(seconds: number): WebhookEvent {
  return eventFixture('integration.disconnected', { timestamp: clockAt(seconds) })
}
