import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'
import { UsageError } from '@complywise/service'
import { publishEventBody } from '../api/event-schemas.ts'
import { isSameEvent } from '../api/same-event.ts'
import { check } from '../http/validation.ts'
import { createApiKeyStore } from '../store/api-keys.ts'
import { createAuditLog } from '../store/audit.ts'
import { createEventLog, type EventLog } from '../store/event-log.ts'
import { createEventStore, type NewEvent, type PublishedEvent } from '../store/events.ts'
import { requireAccount } from './account.ts'
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
    const { pool, db, auditKeys } = await openStore()
    const apiKeys = createApiKeyStore(db, createAuditLog(auditKeys.current))
    const accountId = await requireAccount(apiKeys, options.account)
    const published = await createEventStore(pool).publish({ ...input, accountId })
    if (!published.isNew)
      await requireSameEvent(createEventLog(db), accountId, { event, data: input.data }, published)
    return options.json === true ? toJson(published) : toText(event, published)
  })
}

async function requireSameEvent(
  log: EventLog,
  accountId: string,
  event: Pick<NewEvent, 'event' | 'data'>,
  { eventId }: PublishedEvent,
): Promise<void> {
  const body = (await log.bodies(accountId, [eventId])).get(eventId)
  if (body === undefined || isSameEvent(event, Buffer.from(body).toString())) return
  throw new Error(`Another event, or the same with other data, was published with the id ${eventId}.`)
}

async function readData(source: string): Promise<string> {
  if (source === '-') return text(process.stdin)
  if (!source.startsWith('@')) return source
  const path = source.slice(1)
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(`--data names the file ${path}, which cannot be read (${error.code}).`)
  })
}

// The rules are those of POST /api/events.
function parseEvent(event: string, json: string, options: PublishOptions): Omit<NewEvent, 'accountId'> {
  const checked = check(publishEventBody, {
    event,
    data: parseJson(json),
    event_id: options.eventId,
    timestamp: options.timestamp,
  })
  if (!checked.valid) {
    throw new UsageError(checked.errors.map(({ path, detail }) => `${nameOf(path)}: ${detail}`).join('\n'))
  }
  const { data, event_id: eventId, timestamp } = checked.value
  return { event, data, ...(eventId && { eventId }), ...(timestamp && { timestamp }) }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new UsageError('--data: Not JSON.')
  }
}

/** What the command calls the part of an event that a JSON pointer names. */
function nameOf(pointer: string): string {
  const [, part = '', ...rest] = pointer.split('/')
  const name = argumentNames[part] ?? part
  return rest.length === 0 ? name : `${name} /${rest.join('/')}`
}

const argumentNames: Readonly<Record<string, string>> = {
  event: '<event>',
  data: '--data',
  event_id: '--event-id',
  timestamp: '--timestamp',
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
