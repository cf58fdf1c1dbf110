import type { TestEvent } from '../../api/subscription-changes.ts'

/** Whether an event of the catalog can be sent as a test: all can that the API's description knows. */
export function isTestEvent(event: string): event is TestEvent {
  return Object.hasOwn(testEvents, event)
}

// The compiler tells when the API gets another one.
const testEvents: Readonly<Record<TestEvent, true>> = {
  'webhook.test': true,
  'scan.completed': true,
  'scan.failed': true,
  'compliance.score_changed': true,
  'compliance.control_failed': true,
  'evidence.uploaded': true,
  'integration.disconnected': true,
}
