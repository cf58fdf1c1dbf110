import { eventCatalog, type EventType, type WebhookEvent } from '@complywise/webhooks'
import { expect, it } from 'vitest'
import { summarize } from '../any-event.ts'

const identity = { event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e', timestamp: '2026-03-01T12:00:00.000Z' }

it.each<[EventType, string]>([
  ['scan.completed', 'Scan completed: 38 of 49 controls passed'],
  ['scan.failed', 'Scan failed: AWS refused the credentials of the integration "AWS production".'],
  ['compliance.score_changed', 'SOC 2 score is now 77.6'],
  ['compliance.control_failed', 'SOC 2 CC6.1 is failed'],
  ['evidence.uploaded', 'Evidence uploaded: access-review-2026-q1.pdf'],
  ['integration.disconnected', 'AWS production is disconnected'],
])('summarizes %s', (type, line) => {
  const envelope = { ...identity, event: type, data: eventCatalog[type].example }
  const event: WebhookEvent = JSON.parse(JSON.stringify(envelope))
  expect(summarize(event)).toBe(line)
})

it('summarizes an event of an unknown type', () => {
  const event = { ...identity, event: 'policy.approved', data: {} }
  expect(summarize(event)).toBe('policy.approved, which this version does not know')
})
