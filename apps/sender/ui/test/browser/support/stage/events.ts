import { eventCatalog, type EventType } from '@complywise/webhooks'
import { answerOf, type ApiClient, type NewEvent } from './api-client.ts'
import { hostileText, hostileTexts } from './hostile.ts'

const controls = [
  { control_id: 'CC6.1', framework: 'SOC 2' },
  { control_id: 'CC7.2', framework: 'SOC 2' },
  { control_id: 'A.8.24', framework: 'ISO 27001' },
  { control_id: '164.312(a)(1)', framework: 'HIPAA' },
] as const

/** The catalog's example of an event type; with another `number`, of another control. */
export function exampleOf(event: EventType, number = 0): NewEvent {
  const data = { ...eventCatalog[event].example }
  const isOfControl = event === 'compliance.control_failed' || event === 'evidence.uploaded'
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Each type has its own data, which is its example's.
  return { event, data: isOfControl ? { ...data, ...controls[number % controls.length] } : data } as NewEvent
}

/** An event whose data are texts that could break a page. */
export function hostileEvent(): NewEvent {
  const names = Object.fromEntries(hostileTexts.map((text, index) => [text.slice(0, 200), index]))
  return {
    event: 'compliance.control_failed',
    data: {
      control_id: hostileTexts[0],
      framework: hostileTexts[1],
      previous_status: '\u202Edessap\u202C',
      new_status: hostileText(6000),
      ...Object.fromEntries(Object.entries(names).filter(([name]) => name !== '__proto__')),
    },
  }
}

/** Publishes one event; returns its id. */
export async function publish(publisher: ApiClient, event: NewEvent): Promise<string> {
  return answerOf(await publisher.POST('/api/events', { body: event })).event_id
}

/** Publishes so many examples of each type. */
export async function publishEach(
  publisher: ApiClient,
  types: readonly EventType[],
  count: number,
): Promise<void> {
  const events = Array.from({ length: count }, (_, number) =>
    types.map((type) => exampleOf(type, number)),
  ).flat()
  await publisher.POST('/api/events/batch', { body: { events } })
}
