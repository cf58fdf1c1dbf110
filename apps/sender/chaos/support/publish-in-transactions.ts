import { randomUUID } from 'node:crypto'
import { eventCatalog, eventTypes, type EventType } from '@complywise/webhooks'
import { Client } from 'pg'

const EVENTS_PER_TRANSACTION = 500

/**
 * Publishes events of all types in turn with `webhooks.publish`, as a program does that publishes inside its own
 * transactions. Each commit makes 500 deliveries due at once and wakes every sender for the same ones.
 *
 * @returns the type of each event that was committed, by its event_id.
 */
export async function publishInTransactions(
  connectionString: string,
  accountId: string,
  events: number,
): Promise<ReadonlyMap<string, EventType>> {
  const accepted = new Map<string, EventType>()
  const client = new Client({ connectionString })
  await client.connect()
  try {
    while (accepted.size < events) {
      const size = Math.min(EVENTS_PER_TRANSACTION, events - accepted.size)
      const batch = Array.from({ length: size }, (_, index) => {
        const event = eventTypes[index % eventTypes.length] ?? eventTypes[0]
        return { eventId: randomUUID(), event, data: JSON.stringify(eventCatalog[event].example) }
      })
      await client.query(
        `select count(published.is_new)
         from unnest($2::text[], $3::json[], $4::uuid[]) as fact (event, data, event_id)
         cross join lateral webhooks.publish($1, fact.event, fact.data, fact.event_id) as published`,
        [
          accountId,
          batch.map(({ event }) => event),
          batch.map(({ data }) => data),
          batch.map(({ eventId }) => eventId),
        ],
      )
      for (const { eventId, event } of batch) accepted.set(eventId, event)
    }
  } finally {
    await client.end()
  }
  return accepted
}
