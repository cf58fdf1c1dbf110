import { exampleRoutingKey } from '@complywise/destination-fakes'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { pagerDutyForwarder } from '../src/app.ts'
import { findProblems, optionsSchema, type PagerDutyTarget, targetSchema } from '../src/config.ts'
import { otherRoutingKey } from './support/bench.ts'

const rulesetKey = `R0${'A'.repeat(30)}`
const certificate = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----'

test.each([
  [{ routing_key: exampleRoutingKey }, { routingKey: exampleRoutingKey, changes: true }],
  [{ routing_key: rulesetKey }, { routingKey: rulesetKey, changes: false }],
  [
    { routing_key: exampleRoutingKey, source: 'acme-eu', client_url: 'https://cw.example', changes: false },
    { routingKey: exampleRoutingKey, source: 'acme-eu', clientUrl: 'https://cw.example', changes: false },
  ],
])('the target %o is taken', (target, expected) => {
  expect(targetSchema.parse(target)).toEqual(expected)
})

test.each([
  [{}, 'routing_key', 'expected string'],
  [{ routing_key: 'short' }, 'routing_key', 'Integration Key'],
  [{ routing_key: `${exampleRoutingKey}0` }, 'routing_key', '32 letters and digits'],
  [{ routing_key: '-'.repeat(32) }, 'routing_key', '32 letters and digits'],
  [{ routing_key: rulesetKey, changes: true }, 'changes', 'takes no change events'],
  [{ routing_key: exampleRoutingKey, client_url: 'javascript:alert(1)' }, 'client_url', 'must be an address'],
  [{ routing_key: exampleRoutingKey, source: '' }, 'source', 'Too small'],
  [{ routing_key: exampleRoutingKey, severity: 'error' }, '', 'severity'],
])('the target %o is refused at "%s", saying "%s"', (target, path, says) => {
  const { error } = targetSchema.safeParse(target)
  expect(error?.issues.map((issue) => String(issue.path[0] ?? ''))).toContain(path)
  expect(error?.message).toContain(says)
  expect(error?.message).not.toContain(exampleRoutingKey)
})

test.each([
  [undefined, { server: 'events.pagerduty.com', repeatIntervalMs: 86_400_000 }],
  [{ server: 'us' }, { server: 'events.pagerduty.com', repeatIntervalMs: 86_400_000 }],
  [{ server: 'eu' }, { server: 'events.eu.pagerduty.com', repeatIntervalMs: 86_400_000 }],
  [
    { server: '127.0.0.1:8443/', ca: certificate, repeat_interval: '0s' },
    { server: '127.0.0.1:8443', ca: certificate, repeatIntervalMs: 0 },
  ],
])('the section %o is taken', (section, expected) => {
  expect(optionsSchema.parse(section)).toEqual(expected)
})

test.each([
  [{ server: 'https://events.pagerduty.com' }, 'server', 'without https://'],
  [{ server: '' }, 'server', 'must be us, eu'],
  [{ server: 'constructor/..//' }, 'server', 'must be us, eu'],
  [{ ca: '/etc/ssl/ca.pem' }, 'ca', 'file:/path/of/them.pem'],
  [{ repeat_interval: '1' }, 'repeat_interval', 'must be a duration'],
  [{ region: 'eu' }, '', 'region'],
])('the section %o is refused at "%s", saying "%s"', (section, path, says) => {
  const { error } = optionsSchema.safeParse(section)
  expect(error?.issues.map((issue) => String(issue.path[0] ?? ''))).toContain(path)
  expect(error?.message).toContain(says)
})

test('two targets must not share a routing key', () => {
  const target: PagerDutyTarget = { routingKey: exampleRoutingKey, changes: true }
  const other = { ...target, routingKey: otherRoutingKey }
  expect(findProblems({ targets: { a: target, b: other, c: target } })).toEqual([
    {
      path: ['targets', 'c', 'routing_key'],
      message: expect.stringContaining('must differ from that of targets.a') as unknown,
    },
  ])
})

test.each([
  [{}, undefined],
  [
    { routingKey: exampleRoutingKey },
    { pagerduty: {}, targets: { pagerduty: { routing_key: exampleRoutingKey } } },
  ],
  [{ server: 'eu' }, { pagerduty: { server: 'eu' }, targets: { pagerduty: {} } }],
])('the variables %o stand for the file %o', (values, file) => {
  expect(pagerDutyForwarder.simple.toFile(values)).toEqual(file)
})

test.each([
  ['target', pagerDutyForwarder.targetSchema],
  ['section', pagerDutyForwarder.optionsSchema],
])('every setting of the %s is described', (_, schema) => {
  const { properties = {} } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  expect(Object.keys(properties).length).toBeGreaterThan(2)
  expect(
    Object.entries(properties).filter(
      ([, each]) => typeof each === 'boolean' || each.description === undefined,
    ),
  ).toEqual([])
})
