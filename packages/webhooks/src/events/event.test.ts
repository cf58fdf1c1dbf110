import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type EventOf,
  type EventType,
  eventTypes,
  isEventType,
  isKnownEvent,
  type UnknownEvent,
  type WebhookEvent,
} from './event.ts'

const identity = { event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e', timestamp: '2026-03-01T12:00:00.000Z' }
const known: WebhookEvent = {
  ...identity,
  event: 'compliance.control_failed',
  data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
}
const unknown: WebhookEvent = { ...identity, event: 'policy.approved', data: { policy: 7 } }

describe('isEventType', () => {
  it.each(eventTypes)('knows %s', (type) => {
    expect(isEventType(type)).toBe(true)
  })

  it.each(['', '*', 'scan', 'Scan.Completed', 'constructor', '__proto__', 'toString'])(
    'does not know "%s"',
    (type) => {
      expect(isEventType(type)).toBe(false)
    },
  )
})

describe('isKnownEvent', () => {
  it('tells events in the catalog from others', () => {
    expect(isKnownEvent(known)).toBe(true)
    expect(isKnownEvent(unknown)).toBe(false)
  })

  it('narrows a union that `event` alone cannot', () => {
    expectTypeOf(summarize).returns.toEqualTypeOf<string>()
    expect(summarize(known)).toBe('SOC 2 CC6.1 failed')
    expect(summarize(unknown)).toBe('policy.approved {"policy":7}')
  })
})

describe('the event types', () => {
  it('give each event the data of its type', () => {
    expectTypeOf<EventOf<'scan.completed'>['data']['score']>().toEqualTypeOf<number>()
    expectTypeOf<EventOf<'compliance.control_failed'>['event']>().toEqualTypeOf<'compliance.control_failed'>()
    expectTypeOf<EventOf<EventType>['event']>().toEqualTypeOf<EventType>()
  })

  it('make fields optional, at any depth, that the product page does not document', () => {
    type ScanFailed = EventOf<'scan.failed'>['data']
    expectTypeOf<ScanFailed['scan_job_id']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<NonNullable<ScanFailed['error']>['message']>().toEqualTypeOf<string | undefined>()
    expectTypeOf<EventOf<'compliance.score_changed'>['data']['framework']>().toEqualTypeOf<
      string | null | undefined
    >()
  })
})

/** What a user writes in `onAny`; compiling it is half of the test. */
function summarize(event: WebhookEvent): string {
  if (!isKnownEvent(event)) {
    expectTypeOf(event).toEqualTypeOf<UnknownEvent>()
    return `${event.event} ${JSON.stringify(event.data)}`
  }
  switch (event.event) {
    case 'scan.completed':
      return `${event.data.passed} of ${event.data.total_controls}`
    case 'scan.failed':
      return event.data.error?.message ?? 'Scan failed'
    case 'compliance.score_changed':
      return `${event.data.framework ?? 'Overall'} ${event.data.new_score}`
    case 'compliance.control_failed':
      return `${event.data.framework} ${event.data.control_id} ${event.data.new_status}`
    case 'evidence.uploaded':
      return event.data.file_name ?? 'Evidence uploaded'
    case 'integration.disconnected':
      return `${event.data.provider}: ${event.data.affected_controls?.length ?? 0}`
    default:
      return event satisfies never
  }
}
