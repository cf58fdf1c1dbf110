import type { Facts } from '@complywise/forwarder'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { startBench } from './support/bench.ts'

const hostile = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 400 }),
  fc.constantFrom(
    'CC6.1\n'.repeat(60),
    '@here <!channel> [~accountid:557058:f0] {color:red}x{color}',
    '" OR project = OTHER ORDER BY key',
    '🧑‍🧑‍🧒‍🧒'.repeat(60),
    'مرحبا بالعالم '.repeat(30),
    `e${'\u0301'.repeat(2_000)}`,
    '\uD800\u0000\u202E',
    '../../myself?x=1#y',
    'x'.repeat(33_000),
  ),
)

test('whatever an event says, Jira takes what is written and nobody is mentioned', async () => {
  const { jira, clock, replica } = await startBench({
    jira: { limits: false },
    target: {
      fields: { customfield_10010: '{framework} {control_id} {owner}' },
      summary: '{framework} {control_id} {summary}',
      labels: ['a label with spaces'],
    },
  })
  const one = replica()
  let runs = 0
  await fc.assert(
    fc.asyncProperty(hostile, hostile, hostile, hostile, async (framework, controlId, status, owner) => {
      runs += 1
      const key = `cw:acme:control:${runs}`
      const facts: Facts = {
        kind: 'control_failed',
        previousStatus: status,
        newStatus: status,
        isUnknownStatus: true,
      }
      const alert = { labels: { framework, controlId }, owner }
      await one.tell('open', { key, facts, alert })
      await one.tell('repeat', { key, facts, alert })
      await one.tell('resolve', {
        key,
        facts: { kind: 'recovered', proof: 'operator', by: owner, newStatus: status },
        alert,
      })
      clock.now += 1_000
    }),
    { numRuns: 60 },
  )
  const issues = jira.issues('SEC')
  expect(issues).toHaveLength(runs)
  expect(
    issues.filter(({ statusCategory, comments }) => statusCategory !== 'done' || comments.length < 2),
  ).toEqual([])
  expect(jira.refusals).toEqual([])
  expect(jira.mentions).toEqual([])
}, 120_000)
