import { Counter, type Registry } from 'prom-client'
import type { EventStore, PublishedEvent } from '../store/events.ts'
import { PREFIX } from './create-registry.ts'

/** A store that does what `store` does, and counts the events and the deliveries that they made. */
export function measureEvents(store: EventStore, registry: Registry): EventStore {
  const registers = [registry]
  const events = new Counter({
    name: `${PREFIX}events_published_total`,
    help: 'Events published through this process’s API, by result: new, or repeated with an event_id that is known.',
    labelNames: ['result'],
    registers,
  })
  const deliveries = new Counter({
    name: `${PREFIX}deliveries_made_total`,
    help: 'Deliveries made by events that were published through this process’s API.',
    registers,
  })

  function count({ isNew, deliveryCount }: PublishedEvent): void {
    events.inc({ result: isNew ? 'new' : 'repeated' })
    if (isNew) deliveries.inc(deliveryCount)
  }

  return {
    async publish(event) {
      const published = await store.publish(event)
      count(published)
      return published
    },
    async publishAll(accountId, items) {
      const published = await store.publishAll(accountId, items)
      for (const event of published) count(event)
      return published
    },
  }
}
