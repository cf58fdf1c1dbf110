import { mkdirSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { createDesk, deliver } from '../support/desk.ts'
import { eventOf, failed } from '../support/events.ts'
import { startDesk } from '../support/start-desk.ts'

vi.setConfig({ testTimeout: 30_000 })

const patience = { timeout: 20_000, interval: 50 }

test('a forwarder is ready once it has started, its ledger can be written, and its destination has been asked', async () => {
  const { url, operationsUrl } = await startDesk(createDesk().env)
  await vi.waitFor(async () => {
    const response = await fetch(`${operationsUrl}/readyz`)
    expect([response.status, await response.json()]).toEqual([
      200,
      {
        status: 'ok',
        checks: {
          start: { status: 'ok' },
          ledger: { status: 'ok' },
          dead_letters: { status: 'ok' },
          destination: { status: 'ok' },
        },
      },
    ])
  }, patience)
  expect((await fetch(new URL('/readyz', url))).status).toBe(200)
  const healthy = await fetch(new URL('/healthz', url))
  expect([healthy.status, await healthy.json()]).toEqual([200, { status: 'ok' }])
})

test('what the check finds wrong makes it not ready, with what to do on the operations port alone', async () => {
  const desk = createDesk()
  desk.setFault({ kind: 'operator', message: 'The drawer is locked', fix: 'Unlock the drawer.' })
  const { url, operationsUrl } = await startDesk(desk.env)
  await vi.waitFor(async () => {
    const response = await fetch(`${operationsUrl}/readyz`)
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { checks: { destination: { detail: 'The drawer is locked. Unlock the drawer.' } } },
    ])
  }, patience)
  const response = await fetch(new URL('/readyz', url))
  const body = await response.text()
  expect([response.status, JSON.parse(body)]).toMatchObject([
    503,
    { status: 'unavailable', checks: { destination: { status: 'unavailable' } } },
  ])
  expect(body).not.toContain('drawer')
})

test('a refusal makes it not ready until something succeeds at the same target, and shows in the metrics', async () => {
  const desk = createDesk()
  const { url, operationsUrl } = await startDesk(desk.env)
  const readyz = async (): Promise<unknown> => (await fetch(`${operationsUrl}/readyz`)).json()
  await vi.waitFor(async () => expect(await readyz()).toMatchObject({ status: 'ok' }), patience)
  desk.setFault({
    kind: 'operator',
    code: 'paper_locked',
    message: 'The drawer is locked.',
    fix: 'Unlock it.',
  })
  const event = failed('CC6.1')
  expect(await deliver(url, event)).toMatchObject({ status: 503, body: { reason: 'paper_locked' } })
  expect(await readyz()).toMatchObject({
    status: 'unavailable',
    checks: { destination: { detail: 'desk: The drawer is locked. Unlock it.' } },
  })
  expect(await metrics(operationsUrl)).toContain(
    'forwarder_operator_action_required{target="desk",code="paper_locked"} 1',
  )
  desk.setFault(undefined)
  expect(await deliver(url, event)).toMatchObject({ status: 200 })
  await vi.waitFor(async () => expect(await readyz()).toMatchObject({ status: 'ok' }), patience)
  expect(await metrics(operationsUrl)).not.toContain('forwarder_operator_action_required{')
})

test('a dead-letter file that cannot be written keeps it from starting, and makes it not ready later', async () => {
  const wrong = createDesk()
  mkdirSync(wrong.deadLetters)
  await expect(startDesk(wrong.env)).rejects.toThrow(/^The dead-letter file \S+ cannot be written \(EISDIR\)/)
  const desk = createDesk()
  const { operationsUrl } = await startDesk(desk.env)
  mkdirSync(desk.deadLetters)
  expect(await (await fetch(`${operationsUrl}/readyz`)).json()).toMatchObject({
    status: 'unavailable',
    checks: { dead_letters: { status: 'unavailable', detail: expect.stringContaining('(EISDIR)') } },
  })
})

test('metrics count events, steps and operations, and show what is open', async () => {
  const desk = createDesk()
  const { url, operationsUrl } = await startDesk(desk.env)
  const event = failed('CC6.1', -3600)
  await deliver(url, event)
  await deliver(url, event)
  await deliver(url, event, { tamper: 'signature' })
  const text = await metrics(operationsUrl)
  for (const line of [
    'forwarder_events_total{event="compliance.control_failed",result="delivered"} 1',
    'forwarder_steps_total{target="desk",action="open",result="delivered"} 1',
    'forwarder_operations_total{operation="write_line",result="done"} 1',
    'forwarder_operation_seconds_count{operation="write_line"} 1',
    'forwarder_open_alerts{target="desk",kind="control"} 1',
    'forwarder_event_age_seconds_bucket{le="900"} 0',
    'forwarder_event_age_seconds_bucket{le="14400"} 1',
    'forwarder_requests_total{outcome="processed",status="200"} 1',
    'forwarder_requests_total{outcome="duplicate",status="200"} 1',
    'forwarder_requests_total{outcome="signature_mismatch",status="401"} 1',
    'forwarder_request_seconds_count 3',
    'forwarder_ambiguous_total 0',
    'forwarder_dead_letters_total 0',
    'forwarder_held_steps 0',
    'forwarder_ready{check="ledger"} 1',
    'forwarder_info{app="paper-forwarder",version="0.0.0"} 1',
  ]) {
    expect(text).toContain(`\n${line}\n`)
  }
  expect(text).toMatch(/^process_cpu_seconds_total /m)
})

test('every metric of a forwarder has a help text that ends in a full stop', async () => {
  const { operationsUrl } = await startDesk(createDesk().env)
  const helps = [...(await metrics(operationsUrl)).matchAll(/^# HELP (forwarder_\w+) (.*)$/gm)]
  expect(helps.length).toBeGreaterThan(15)
  for (const [, , help] of helps) expect(help).toMatch(/^.{15,}\.$/)
})

test('types of events that nobody knows share one time series', async () => {
  const { url, operationsUrl } = await startDesk(createDesk().env)
  for (const event of ['policy.a', 'policy.b']) await deliver(url, eventOf(event, {}))
  expect(await metrics(operationsUrl)).toContain('forwarder_events_total{event="unknown",result="ignored"} 2')
})

async function metrics(operationsUrl: string): Promise<string> {
  return (await fetch(`${operationsUrl}/metrics`)).text()
}
