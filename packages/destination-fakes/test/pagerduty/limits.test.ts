import { describe, expect, test } from 'vitest'
import { exampleRoutingKey } from '../../src/index.ts'
import { change, follow, sendWithSdk, startPagerDuty, trigger } from './support.ts'

const link = (fields: object): object => trigger({ links: [fields] })
const image = (fields: object): object => trigger({ images: [fields] })

const padded = (padding: string): object => trigger({}, { custom_details: { padding } })

const invalidAlerts: readonly [string, object, string][] = [
  ['no routing key', trigger({ routing_key: undefined }), "'routing_key' is missing or blank"],
  [
    'a short routing key',
    trigger({ routing_key: 'abc' }),
    "Length of 'routing_key' is incorrect (should be 32 characters)",
  ],
  [
    'a routing key with signs',
    trigger({ routing_key: `${'a'.repeat(31)}-` }),
    "'routing_key' cannot contain non-alphanumeric characters.",
  ],
  ['no action', trigger({ event_action: undefined }), "'event_action' is missing or blank"],
  [
    'an unknown action',
    trigger({ event_action: 'close' }),
    "'event_action' is invalid (must be one of the following: 'trigger', 'acknowledge' or 'resolve')",
  ],
  [
    'a key of 256 characters',
    trigger({ dedup_key: 'k'.repeat(256) }),
    "'dedup_key' is too long (maximum is 255 characters)",
  ],
  [
    'an acknowledgement without a key',
    follow('acknowledge', { dedup_key: undefined }),
    "'dedup_key' is missing or blank",
  ],
  ['a resolution without a key', follow('resolve', { dedup_key: '' }), "'dedup_key' is missing or blank"],
  ['no payload', trigger({ payload: undefined }), "'payload' is missing or blank"],
  ['no summary', trigger({}, { summary: undefined }), "'payload.summary' is missing or blank"],
  ['an empty summary', trigger({}, { summary: '' }), "'payload.summary' is missing or blank"],
  [
    'a summary of 1,025 characters',
    trigger({}, { summary: 's'.repeat(1025) }),
    "'payload.summary' is too long (maximum is 1024 characters)",
  ],
  ['no source', trigger({}, { source: undefined }), "'payload.source' is missing or blank"],
  ['no severity', trigger({}, { severity: undefined }), "'payload.severity' is missing or blank"],
  [
    'a severity in capitals',
    trigger({}, { severity: 'Critical' }),
    "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
  ],
  [
    'a date in words',
    trigger({}, { timestamp: 'yesterday' }),
    "'payload.timestamp' is invalid (must be ISO 8601)",
  ],
  [
    'details that are text',
    trigger({}, { custom_details: 'none' }),
    "'payload.custom_details' is invalid (must be of type object)",
  ],
  [
    'a component that is a number',
    trigger({}, { component: 1 }),
    "'payload.component' is invalid (must be of type string)",
  ],
  ['a link without an address', link({ text: 'here' }), "'links[0].href' is missing or blank"],
  [
    'a link to a script',
    link({ href: 'javascript:alert(1)' }),
    "'links[0].href' is invalid (must be a URL that is allowed here)",
  ],
  [
    'an image over plain HTTP',
    image({ src: 'http://acme.example/a.png' }),
    "'images[0].src' is invalid (must be a URL that is allowed here)",
  ],
  ['an image without a source', image({ alt: 'a chart' }), "'images[0].src' is missing or blank"],
]

describe('an alert event is refused', () => {
  test.each(invalidAlerts)('with %s', async (_, body, error) => {
    const pagerDuty = await startPagerDuty()
    expect(await sendWithSdk(pagerDuty, body)).toEqual({
      status: 400,
      data: { status: 'invalid event', message: 'Event object is invalid', errors: [error] },
    })
    expect(pagerDuty.refusals).toMatchObject([{ operation: 'enqueue', why: error }])
    expect(pagerDuty.incidents(exampleRoutingKey)).toEqual([])
  })

  test('with every error at once', async () => {
    const pagerDuty = await startPagerDuty()
    const { data } = await sendWithSdk(
      pagerDuty,
      trigger({ routing_key: '-' }, { severity: 'high', source: '' }),
    )
    expect(data).toMatchObject({
      errors: [
        "Length of 'routing_key' is incorrect (should be 32 characters)",
        "'routing_key' cannot contain non-alphanumeric characters.",
        "'payload.source' is missing or blank",
        "'payload.severity' is invalid (must be one of the following: 'critical', 'warning', 'error' or 'info')",
      ],
    })
  })

  test('over the size limit, and accepted at it', async () => {
    const pagerDuty = await startPagerDuty()
    const room = 512_000 - Buffer.byteLength(JSON.stringify(padded('')))
    expect((await sendWithSdk(pagerDuty, padded('x'.repeat(room)))).status).toBe(202)
    expect(await sendWithSdk(pagerDuty, padded('x'.repeat(room + 1)))).toMatchObject({
      status: 400,
      data: { errors: ['Event is too large (maximum is 512000 bytes)'] },
    })
  })

  test('with the key of an integration that was deleted', async () => {
    const pagerDuty = await startPagerDuty()
    await sendWithSdk(pagerDuty, trigger())
    pagerDuty.deleteIntegration(exampleRoutingKey)
    expect(await sendWithSdk(pagerDuty, follow('resolve'))).toMatchObject({
      status: 400,
      data: { errors: ['Invalid routing key'] },
    })
    expect(pagerDuty.incidents(exampleRoutingKey)).toMatchObject([{ status: 'triggered' }])
    // It is well-formed: the test of that asks for no refusals.
    expect(pagerDuty.refusals).toEqual([])
  })
})

test.each([
  ['the offset of the documentation', '2015-07-17T08:42:58.315+0000'],
  ['UTC', '2026-03-01T12:00:00.000Z'],
  ['an offset', '2026-03-01T12:00:00+01:00'],
])('an alert event is accepted with a time with %s', async (_, timestamp) => {
  const pagerDuty = await startPagerDuty()
  expect((await sendWithSdk(pagerDuty, trigger({}, { timestamp }))).status).toBe(202)
})

test('an alert event is accepted with everything it may have, each as long as it may be', async () => {
  const pagerDuty = await startPagerDuty()
  const full = trigger(
    {
      dedup_key: 'k'.repeat(255),
      client: 'ComplyWise',
      client_url: 'https://app.complywise.example',
      links: [{ href: 'https://app.complywise.example/controls/cc6.1', text: 'CC6.1' }],
      images: [{ src: 'https://app.complywise.example/a.png', href: 'http://acme.example', alt: 'chart' }],
    },
    {
      summary: 's'.repeat(1024),
      severity: 'critical',
      component: 'CC6.1',
      group: 'SOC 2',
      class: 'compliance.control_failed',
      custom_details: { previous_status: 'passed' },
    },
  )
  expect((await sendWithSdk(pagerDuty, full)).status).toBe(202)
  expect(pagerDuty.incidents(exampleRoutingKey)[0]?.log[0]?.event).toEqual(full)
})

const rulesetKey = `R${'1'.repeat(31)}`

test.each<[string, object, string]>([
  ['a key to deduplicate by', change({ dedup_key: 'scan' }), "'dedup_key' is not a field of this event"],
  ['an action', change({ event_action: 'trigger' }), "'event_action' is not a field of this event"],
  [
    'the key of a ruleset',
    change({ routing_key: rulesetKey }),
    "'routing_key' belongs to a ruleset, which takes no change events",
  ],
  ['no summary', change({}, { summary: undefined }), "'payload.summary' is missing or blank"],
])('a change event is refused with %s', async (_, body, error) => {
  const pagerDuty = await startPagerDuty({ routingKeys: [exampleRoutingKey, rulesetKey] })
  expect(await sendWithSdk(pagerDuty, body, 'change')).toMatchObject({
    status: 400,
    data: { errors: [error] },
  })
  expect(pagerDuty.changes(exampleRoutingKey)).toEqual([])
  expect(pagerDuty.refusals).toHaveLength(1)
})

test('a body that is no JSON object is unrecognized', async () => {
  const pagerDuty = await startPagerDuty()
  expect(await sendWithSdk(pagerDuty, [])).toEqual({
    status: 400,
    data: {
      status: 'Unrecognized object',
      message: 'Event object format is unrecognized',
      errors: ['JSON parse error'],
    },
  })
})

test('120 events a minute are accepted for each routing key, in any 60 seconds', async () => {
  let clock = 0
  const otherKey = 'b'.repeat(32)
  const pagerDuty = await startPagerDuty({ now: () => clock, routingKeys: [exampleRoutingKey, otherKey] })
  for (let index = 0; index < 120; index += 1) await sendWithSdk(pagerDuty, trigger())
  clock = 59_999
  // The SDK asks three more times.
  expect(await sendWithSdk(pagerDuty, trigger())).toMatchObject({
    status: 429,
    data: { status: 'throttle exceeded' },
  })
  expect((await sendWithSdk(pagerDuty, trigger({ routing_key: otherKey }))).status).toBe(202)
  clock = 60_000
  expect((await sendWithSdk(pagerDuty, trigger())).status).toBe(202)
  expect(pagerDuty.incidents(exampleRoutingKey)[0]?.log).toHaveLength(121)
  expect(pagerDuty.requests.filter(({ status }) => status === 429)).toHaveLength(4)
})

test('limits can be changed', async () => {
  const pagerDuty = await startPagerDuty({
    now: () => 0,
    limits: { eventsPerMinute: Number.POSITIVE_INFINITY, maxEventBytes: 300 },
  })
  for (let index = 0; index < 121; index += 1) await sendWithSdk(pagerDuty, trigger())
  expect(pagerDuty.incidents(exampleRoutingKey)[0]?.log).toHaveLength(121)
  expect((await sendWithSdk(pagerDuty, trigger({}, { class: 'c'.repeat(300) }))).status).toBe(400)
})
