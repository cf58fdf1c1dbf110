import type { z } from 'zod'
import { formatEnvelope, jsonBytes, MAX_ENVELOPE_BYTES } from '../domain/envelope.ts'
import type { FieldError } from '../http/field-error.ts'
import { findUnportable } from '../http/portable-json.ts'
import { check } from '../http/validation.ts'
import type { EventLog } from '../store/event-log.ts'
import type { EventStore, NewEvent, PublishedEvent } from '../store/events.ts'
import type { BatchResult } from './event-batch-schemas.ts'
import { describeTooLarge } from './event-problems.ts'
import { publishEventBody } from './event-schemas.ts'
import { isSameEvent } from './same-event.ts'

/** Where events go, and whose they are. */
export interface Publisher {
  readonly events: EventStore
  readonly log: EventLog
  readonly accountId: string
  readonly traceparent: string | null
}

/** Errors that one answer lists; of each event that is not valid, it has the first in any case. */
const MAX_BATCH_ERRORS = 1000

/** By so much an item may be longer than its envelope, whose time has a form of its own. */
const ROOM_BYTES = 1024

/**
 * Publishes those of a batch that are valid, in one transaction, and says what became of each.
 *
 * @throws whatever publishing failed with; then none of them is published.
 */
export async function publishBatch(
  publisher: Publisher,
  items: readonly unknown[],
): Promise<readonly BatchResult[]> {
  const checked = items.map((item, index) => checkItem(publisher, item, `/events/${index}`))
  const valid = checked.filter((item) => item.kind === 'valid').map((item) => item.event)
  const published = valid.length === 0 ? [] : await publisher.events.publishAll(publisher.accountId, valid)
  const results = await toResults(publisher, valid, published)
  let next = 0
  let room = MAX_BATCH_ERRORS
  return checked.map((item) => {
    if (item.kind === 'invalid') {
      const errors = item.errors.slice(0, Math.max(1, room))
      room -= errors.length
      return { status: 'invalid', errors }
    }
    const result = results[next]
    next += 1
    if (result === undefined) throw new Error('publishAll returned fewer events than it was given')
    return result
  })
}

type CheckedItem =
  | { readonly kind: 'valid'; readonly event: NewEvent }
  | { readonly kind: 'invalid'; readonly errors: readonly FieldError[] }

function checkItem({ accountId, traceparent }: Publisher, item: unknown, path: string): CheckedItem {
  // Its size first, so that nobody makes the sender look for a million mistakes.
  const bytes = jsonBytes(item)
  if (bytes === Infinity) return invalid(path, findUnportable(item))
  if (bytes > MAX_ENVELOPE_BYTES + ROOM_BYTES) return tooLarge(path, bytes)
  const checked = check(publishEventBody, item)
  if (!checked.valid) return invalid(path, checked.errors)
  const { event, data, event_id: eventId, timestamp } = checked.value
  const size = sizeOf(checked.value)
  if (size > MAX_ENVELOPE_BYTES) return tooLarge(path, size)
  const optional = {
    ...(eventId && { eventId }),
    ...(timestamp && { timestamp }),
    ...(traceparent && { traceparent }),
  }
  return { kind: 'valid', event: { accountId, event, data, ...optional } }
}

function invalid(path: string, errors: readonly FieldError[]): CheckedItem {
  return { kind: 'invalid', errors: errors.map((error) => ({ ...error, path: path + error.path })) }
}

function tooLarge(path: string, bytes: number): CheckedItem {
  return { kind: 'invalid', errors: [{ path, code: 'event_too_large', detail: describeTooLarge(bytes) }] }
}

/** Bytes of the envelope of an event that is published with that body. */
export function sizeOf({ event, data }: z.output<typeof publishEventBody>): number {
  // Ids and times are all of one length.
  return Buffer.byteLength(formatEnvelope({ event, data, eventId: ANY_ID, timestamp: ANY_TIME }))
}

const ANY_ID = '00000000-0000-0000-0000-000000000000'
const ANY_TIME = new Date(0)

async function toResults(
  { log, accountId }: Publisher,
  events: readonly NewEvent[],
  published: readonly PublishedEvent[],
): Promise<readonly BatchResult[]> {
  const repeated = published.filter(({ isNew }) => !isNew).map(({ eventId }) => eventId)
  const bodies = repeated.length === 0 ? new Map<string, Uint8Array>() : await log.bodies(accountId, repeated)
  return published.map(({ eventId, timestamp, deliveryCount, isNew }, index): BatchResult => {
    const body = isNew ? undefined : bodies.get(eventId)
    const event = events[index]
    if (body && event && !isSameEvent(event, Buffer.from(body).toString())) {
      return { status: 'event_id_conflict', event_id: eventId }
    }
    return {
      status: isNew ? 'published' : 'already_published',
      event_id: eventId,
      timestamp: timestamp.toISOString(),
      delivery_count: deliveryCount,
    }
  })
}
