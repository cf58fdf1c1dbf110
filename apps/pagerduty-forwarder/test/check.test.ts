import { createCertificate, exampleRoutingKey } from '@complywise/destination-fakes'
import type { Finding } from '@complywise/forwarder'
import { controlEvent } from '@complywise/forwarder/testing'
import { expect, test } from 'vitest'
import { alerts, type Bench, otherRoutingKey, startBench } from './support/bench.ts'

const hourMs = 3_600_000

async function check({ destination }: Bench): Promise<readonly Finding[]> {
  return destination.check(AbortSignal.timeout(5000))
}

const targets = { alerts, other: { ...alerts, routingKey: otherRoutingKey } }

test('routing keys that PagerDuty knows are fine, and asking changes nothing there', async () => {
  const bench = await startBench({ targets })
  expect(await check(bench)).toEqual([
    {
      status: 'ok',
      code: 'pagerduty_key_accepted',
      message: 'Routing key of target "alerts": PagerDuty accepts it.',
    },
    {
      status: 'ok',
      code: 'pagerduty_key_accepted',
      message: 'Routing key of target "other": PagerDuty accepts it.',
    },
  ])
  expect(bench.pagerDuty.incidents(exampleRoutingKey)).toEqual([])
  expect(bench.pagerDuty.changes(exampleRoutingKey)).toEqual([])
})

test('a routing key that PagerDuty does not know is told with what to do, and never shown', async () => {
  const bench = await startBench({ targets })
  bench.pagerDuty.deleteIntegration(otherRoutingKey)
  const findings = await check(bench)
  expect(findings).toMatchObject([{ status: 'ok' }, { status: 'failed', code: 'pagerduty_unauthorized_key' }])
  expect(findings[1]?.message).toContain('target "other"')
  expect(findings[1]?.fix).toContain('Integration Key')
  expect(JSON.stringify(findings)).not.toContain(otherRoutingKey)
})

test('a routing key that works is asked about once an hour', async () => {
  const bench = await startBench()
  for (const wait of [0, 60_000, hourMs - 60_001, 1, 1]) {
    bench.pass(wait)
    await check(bench)
  }
  expect(bench.pagerDuty.requests).toHaveLength(2)
})

test('an event that was accepted is as good as a check', async () => {
  const bench = await startBench()
  await bench.forward(controlEvent('CC6.1', 0))
  await check(bench)
  expect(bench.pagerDuty.requests).toHaveLength(1)
})

test('a routing key that was refused since is asked about again until it works', async () => {
  const bench = await startBench()
  await check(bench)
  bench.pagerDuty.deleteIntegration(exampleRoutingKey)
  await bench.forward(controlEvent('CC6.1', 0))
  expect(await check(bench)).toMatchObject([{ code: 'pagerduty_unauthorized_key' }])
  expect(await check(bench)).toMatchObject([{ code: 'pagerduty_unauthorized_key' }])
  expect(bench.pagerDuty.requests).toHaveLength(4)
})

test.each([
  [{ kind: 'rate-limited' }, 'warning', 'pagerduty_rate_limited'],
  [{ kind: 'unavailable' }, 'failed', 'pagerduty_unavailable'],
  [{ kind: 'reset-before' }, 'failed', 'pagerduty_no_answer'],
  [{ kind: 'error', status: 404, body: 'Not Found' }, 'failed', 'pagerduty_unexpected_answer'],
] as const)('%o is told as %s %s', async (fault, status, code) => {
  const bench = await startBench()
  bench.pagerDuty.faults.inject(fault)
  const [finding] = await check(bench)
  expect(finding).toMatchObject({ status, code })
  expect(finding?.fix).toMatch(/^\S.+\.$/)
})

test('a certificate that is not trusted is told with what to do', async () => {
  const { cert } = await createCertificate()
  const bench = await startBench({ options: { ca: cert } })
  const [finding] = await check(bench)
  expect(finding).toMatchObject({ status: 'failed', code: 'pagerduty_untrusted_certificate' })
  expect(finding?.fix).toContain('pagerduty.ca')
})

test('a server that nobody listens at is told', async () => {
  const bench = await startBench()
  await bench.pagerDuty.close()
  expect(await check(bench)).toMatchObject([{ status: 'failed', code: 'pagerduty_unavailable' }])
})
