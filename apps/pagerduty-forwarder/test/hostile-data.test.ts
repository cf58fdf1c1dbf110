import { exampleRoutingKey } from '@complywise/destination-fakes'
import { clockAt, controlEvent } from '@complywise/forwarder/testing'
import { eventFixture } from '@complywise/webhooks/testing'
import { assert, asyncProperty, string } from 'fast-check'
import { expect, test } from 'vitest'
import { startBench } from './support/bench.ts'

const family = '👨‍👩‍👧‍👦'
const texts: Readonly<Record<string, string>> = {
  'a megabyte': 'x'.repeat(1_000_000),
  'control characters and line breaks': 'CC\u0000\u0007\r\n\t6.1',
  'lone surrogates': 'CC\uD83D 6.1 \uDE00',
  'right-to-left text and overrides': 'بند \u202Eelif\u202C 6.1',
  'emoji of many parts': family.repeat(400),
  'accents on accents': `a${'\u0301'.repeat(3000)}`,
  'markup and mentions': '<!channel> @here <script>alert(1)</script> ${jndi:ldap://x} {{7*7}}',
  'names of Object.prototype': '__proto__',
  'quotes and backslashes': '"\\"\\'.repeat(500),
}

test.each(Object.entries(texts))(
  '%s in every field is taken by PagerDuty and can be read',
  async (_, hostile) => {
    const { pagerDuty, forward } = await startBench({
      settings: {
        links: { control: 'https://app.complywise.example/{framework}/{control_id}' },
        routes: [{ match: {}, to: ['alerts'], owner: hostile.slice(0, 200) }],
      },
    })
    await forward(
      eventFixture('compliance.control_failed', {
        timestamp: clockAt(0),
        data: { control_id: hostile, framework: hostile, previous_status: hostile, new_status: hostile },
      }),
    )
    await forward(
      eventFixture('scan.failed', {
        timestamp: clockAt(0),
        data: { error: { code: hostile, message: hostile } },
      }),
    )
    await forward(
      eventFixture('integration.disconnected', {
        timestamp: clockAt(0),
        data: { name: hostile, provider: hostile, reason: { code: hostile, message: hostile } },
      }),
    )
    await forward(
      eventFixture('evidence.uploaded', {
        timestamp: clockAt(0),
        data: { file_name: hostile, uploaded_by: hostile, control_id: null, framework: null },
      }),
    )
    expect(pagerDuty.refusals).toEqual([])
    expect(pagerDuty.incidents(exampleRoutingKey)).toHaveLength(3)
    expect(pagerDuty.changes(exampleRoutingKey)).toHaveLength(1)
    const sent = JSON.stringify(pagerDuty.requests.map(({ body }) => body))
    // oxlint-disable-next-line no-control-regex -- That is what must not be there.
    expect(sent).not.toMatch(/\\u0000|\\u0007|\\ud83d"|\\u202e|\u202E/)
    expect(sent.isWellFormed()).toBe(true)
  },
)

test('a storm of very many controls with long names fits, and says what it leaves out', async () => {
  const { pagerDuty, forward, destination } = await startBench({
    settings: { storm: { controls: 1, windowMs: 60_000 } },
  })
  await forward(controlEvent('CC1', 0))
  await forward(controlEvent('CC2', 0))
  const members = Array.from({ length: 20_000 }, (_, index) => ({
    key: `cw:acme:control:soc 2:${index}`,
    controlId: `${'👩‍🚀'.repeat(30)}${index}`,
    state: 'open' as const,
  }))
  const alert = {
    kind: 'storm',
    key: 'cw:acme:storm:soc 2',
    labels: { framework: 'SOC 2' },
    target: 'alerts',
    state: 'open',
    severity: 'warning',
    openedAt: clockAt(0),
    lastAt: clockAt(1),
    lastEventId: '-',
    count: members.length,
    members,
  } as const
  const event = controlEvent('CC3', 1)
  const step = { id: '-', event, target: 'alerts', action: 'progress', alert, before: undefined } as const
  const [trigger] = destination.operations(
    { ...step, facts: { kind: 'storm' }, open: [], decidedAt: clockAt(1) },
    undefined,
  )
  expect(trigger).toBeUndefined()
  const target = { routingKey: exampleRoutingKey, changes: true }
  const [sent] = destination.operations(
    { ...step, facts: { kind: 'storm' }, open: [], decidedAt: clockAt(1) },
    target,
  )
  await sent?.perform({
    signal: AbortSignal.timeout(10_000),
    remote: undefined,
    alert: undefined,
    sharing: () => [],
  })
  expect(pagerDuty.refusals).toEqual([])
  const storm = pagerDuty.incidents(exampleRoutingKey)[1]
  expect(storm?.log.at(-1)?.event.payload?.custom_details).toMatchObject({
    failing: '20000',
    note: expect.stringMatching(/\d+ of 20000 lines are left out/) as unknown,
  })
})

test('whatever an event holds, PagerDuty takes what is made of it', async () => {
  const { pagerDuty, forward } = await startBench({
    settings: { storm: { controls: 10_000, windowMs: 60_000 } },
  })
  const anyText = string({ unit: 'binary', maxLength: 300 })
  await assert(
    asyncProperty(anyText, anyText, anyText, async (control, framework, status) => {
      const data = { control_id: control, framework, previous_status: 'passed', new_status: status }
      await forward(eventFixture('compliance.control_failed', { timestamp: clockAt(0), data }))
    }),
    { numRuns: 60 },
  )
  expect(pagerDuty.refusals).toEqual([])
  expect(pagerDuty.incidents(exampleRoutingKey).length).toBeGreaterThan(40)
}, 30_000)
