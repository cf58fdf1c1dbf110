import { eventCatalog } from '../../src/events/catalog.ts'
import type { EventType } from '../../src/events/event.ts'
import type { EventFixture } from '../../src/testing/event-fixture.ts'
import { headerNames } from '../../src/wire/headers.ts'
import { sign, type SignatureHeaders } from '../../src/wire/sign.ts'

/** The secret of the product page; every example is signed with it. */
export const exampleSecret = 'your-secret'

const ids: Readonly<Record<EventType, string>> = {
  'scan.completed': '0b2f7a54-6d0c-4b1e-9a55-1f7f0f5b3c21',
  'scan.failed': '5d8a6b1e-92c3-4f0a-8b7d-3c1e5f2a9d44',
  'compliance.score_changed': 'a3c1f9d2-7e45-4b68-9c0d-6f2b8e1a4d73',
  'compliance.control_failed': '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
  'evidence.uploaded': 'e7b94d10-38fa-4c2b-a6d5-91c0f3e8b256',
  'integration.disconnected': '81d2e5c7-0a9b-4f36-b1e4-7d5c3a6f9082',
}

/** The event of one type, always the same. */
export function exampleEvent<Type extends EventType>(type: Type): EventFixture<Type>
export function exampleEvent(type: EventType): object {
  const { example: data } = eventCatalog[type]
  return { event: type, event_id: ids[type], timestamp: '2026-03-01T12:00:00.000Z', data }
}

/** All headers of the first attempt to deliver an example, by lower-case name. */
export async function exampleHeaders(event: EventFixture<EventType>): Promise<ExampleHeaders> {
  const signatures = await sign({
    eventId: event.event_id,
    body: new TextEncoder().encode(JSON.stringify(event)),
    attemptedAt: new Date('2026-03-01T12:00:02Z'),
    secrets: [exampleSecret],
  })
  return {
    ...signatures,
    [headerNames.event]: event.event,
    [headerNames.delivery]: '6c0f1f9e-5a3b-4d8c-b2a7-e4d190c85f31',
    [headerNames.attempt]: '1',
    'user-agent': 'ComplyWise-Webhooks/1.0.0',
  }
}

/** The values of {@link exampleHeaders}. */
export interface ExampleHeaders extends SignatureHeaders {
  readonly [headerNames.event]: string
  readonly [headerNames.delivery]: string
  readonly [headerNames.attempt]: string
  readonly 'user-agent': string
}
