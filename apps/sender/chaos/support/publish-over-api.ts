import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { eventCatalog, eventTypes, type EventType } from '@complywise/webhooks'
import type { ApiAnswer, ApiClient } from './api-client.ts'

/** What was published through the API, as its publisher knows it. */
export interface Published {
  /** The type of each event that was answered 202, by its event_id. */
  readonly accepted: ReadonlyMap<string, EventType>
  /** The event_ids of events with wrong data, which were refused. */
  readonly refused: ReadonlySet<string>
  /** The event_ids of events that were published again, because whether they were accepted was unknown. */
  readonly inDoubt: ReadonlySet<string>
}

/** How to publish. */
export interface PublishOptions {
  readonly api: ApiClient
  readonly key: string
  /** Where the API is now; waits while it is down. */
  readonly origin: () => Promise<string>
  /** Events to publish, of all types in turn. */
  readonly events: number
}

const PUBLISHERS = 16
const RETRY_MS = 50
const GIVE_UP_MS = 120_000
// One more in so many has wrong data and must not be accepted.
const REFUSED_EVERY = 100

/**
 * Publishes events as a careful publisher does: one that is not answered, or with a 5xx, is published again with the
 * same event_id.
 *
 * @throws {Error} when an event is refused that should not be, or the other way around, or nobody answers for long.
 */
export async function publishOverApi(options: PublishOptions): Promise<Published> {
  const accepted = new Map<string, EventType>()
  const refused = new Set<string>()
  const inDoubt = new Set<string>()
  let next = 0

  async function publish(event: EventType, eventId: string, data: object): Promise<ApiAnswer> {
    const deadline = Date.now() + GIVE_UP_MS
    while (Date.now() < deadline) {
      const origin = await options.origin()
      const json = { event, event_id: eventId, data }
      const call = { method: 'POST', path: '/api/events', key: options.key, json } as const
      const answer = await options.api.call(origin, call).catch(() => undefined)
      if (answer !== undefined && answer.status < 500) return answer
      inDoubt.add(eventId)
      await delay(RETRY_MS)
    }
    throw new Error(`Publishing ${eventId} was not answered within ${GIVE_UP_MS} ms`)
  }

  async function publishInTurn(): Promise<void> {
    while (next < options.events) {
      const index = next
      next += 1
      const event = eventTypes[index % eventTypes.length] ?? eventTypes[0]
      const eventId = randomUUID()
      const answer = await publish(event, eventId, eventCatalog[event].example)
      if (answer.status !== 202) throw unexpected(eventId, answer)
      accepted.set(eventId, event)
      if (index % REFUSED_EVERY === 0) await publishWrong(event)
    }
  }

  async function publishWrong(event: EventType): Promise<void> {
    const eventId = randomUUID()
    const answer = await publish(event, eventId, {})
    if (answer.status !== 422) throw unexpected(eventId, answer)
    refused.add(eventId)
  }

  await Promise.all(Array.from({ length: PUBLISHERS }, publishInTurn))
  return { accepted, refused, inDoubt }
}

function unexpected(eventId: string, { status, body }: ApiAnswer): Error {
  return new Error(`Publishing ${eventId} was answered ${status}: ${JSON.stringify(body)}`)
}
