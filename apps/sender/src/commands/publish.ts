import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { eventTypes, isEventType, publishedEventSchemas } from '@complywise/webhooks'
import { z } from 'zod'
import { createApiKeyStore } from '../store/api-keys.ts'
import { createEventStore, type NewEvent, type PublishedEvent } from '../store/events.ts'
import { runCommand } from './run-command.ts'

/** What `sender publish` was asked for. */
export interface PublishOptions {
  readonly data: string
  readonly account: string
  readonly eventId?: string
  readonly timestamp?: string
  readonly json?: boolean
}

/** `sender publish`: stores an event as `POST /api/events` does, without the API. */
export function publish(event: string, options: PublishOptions): Promise<never> {
  return runCommand(async (openStore) => {
    const input = parseEvent(event, await readData(options.data), options)
    const { pool, db } = await openStore()
    const accountId = await createApiKeyStore(db).findAccount(options.account)
    if (accountId === undefined) {
      throw new Error(
        `There is no account ${options.account}. It is made with its first key: sender keys create.`,
      )
    }
    const published = await createEventStore(pool).publish({ ...input, accountId })
    return options.json === true ? toJson(published) : toText(event, published)
  })
}

async function readData(source: string): Promise<string> {
  if (source === '-') return text(process.stdin)
  return source.startsWith('@') ? readFile(source.slice(1), 'utf8') : source
}

function parseEvent(event: string, json: string, options: PublishOptions): Omit<NewEvent, 'accountId'> {
  if (!isEventType(event)) throw new Error(`${event} is no event type. There are ${eventTypes.join(', ')}.`)
  const data = parseObject(json)
  const { error } = publishedEventSchemas[event].safeParse(data)
  if (error) throw new Error(`The data of ${event} is not valid:\n${z.prettifyError(error)}`)
  return {
    event,
    data,
    ...(options.eventId === undefined ? {} : { eventId: parseUuid(options.eventId) }),
    ...(options.timestamp === undefined ? {} : { timestamp: parseInstant(options.timestamp) }),
  }
}

function parseObject(json: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(json)
  } catch {
    throw new Error('--data is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error('--data must be a JSON object.')
  }
  return { ...value }
}

function parseUuid(value: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return value.toLowerCase()
  throw new Error('--event-id must be a UUID.')
}

function parseInstant(value: string): Date {
  const instant = new Date(value)
  if (!Number.isNaN(instant.getTime())) return instant
  throw new Error('--timestamp must be an instant such as 2026-03-01T12:00:00Z.')
}

function toJson({ eventId, timestamp, deliveryCount, isNew }: PublishedEvent): string {
  return `${JSON.stringify({ event_id: eventId, timestamp, delivery_count: deliveryCount, is_new: isNew })}\n`
}

function toText(event: string, { eventId, deliveryCount, isNew }: PublishedEvent): string {
  const subscriptions = deliveryCount === 1 ? '1 subscription' : `${deliveryCount} subscriptions`
  return isNew
    ? `Published ${event} ${eventId}, owed to ${subscriptions}.\n`
    : `${event} ${eventId} was published before, owed to ${subscriptions} then. Nothing new was made.\n`
}
