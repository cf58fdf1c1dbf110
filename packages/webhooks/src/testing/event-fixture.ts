import { WebhookError } from '../errors.ts'
import { eventCatalog } from '../events/catalog.ts'
import {
  type EventIdentity,
  type EventType,
  isEventType,
  type PublishedData,
  type UnknownEvent,
} from '../events/event.ts'

/** An event of one type as a sender publishes it: every field of `data` is there. */
export type EventFixture<Type extends EventType> = {
  readonly [Each in Type]: PublishedEvent<Each>
}[Type]

interface PublishedEvent<Type extends EventType> extends EventIdentity {
  readonly event: Type
  readonly data: PublishedData[Type]
}

/** What of a fixture is not to be the default. */
export interface FixtureOverrides<Data> {
  /** Default: a new UUID. */
  readonly event_id?: string
  /** ISO 8601 with an offset. Default: now. */
  readonly timestamp?: string
  /** Takes the place of these fields of the catalog's example; the others stay. */
  readonly data?: Partial<Data>
}

/**
 * Makes an event of a type in the catalog, with the catalog's example as its `data`.
 *
 * @throws {WebhookError} `event_type_unknown`; use {@link unknownEventFixture} for a type that is not in the catalog.
 * @example
 * const event = eventFixture('scan.completed', { data: { failed: 0 } })
 */
export function eventFixture<Type extends EventType>(
  type: Type,
  overrides?: FixtureOverrides<PublishedData[Type]>,
): EventFixture<Type>
export function eventFixture(
  type: string,
  overrides: FixtureOverrides<PublishedData[EventType]> = {},
): EventIdentity {
  if (!isEventType(type)) throw new WebhookError('event_type_unknown', `"${type}" is not in the catalog.`)
  return makeEvent(type, structuredClone(eventCatalog[type].example), overrides)
}

/**
 * Makes an event of a type that this version does not know, as a receiver gets it once the catalog has grown.
 *
 * @example
 * const event = unknownEventFixture('policy.approved', { data: { policy_id: 'access' } })
 */
export function unknownEventFixture(
  type = 'example.unknown',
  overrides: FixtureOverrides<UnknownEvent['data']> = {},
): UnknownEvent {
  return makeEvent(type, {}, overrides)
}

function makeEvent<Data extends object>(type: string, data: Data, overrides: FixtureOverrides<Data>) {
  return {
    event: type,
    event_id: overrides.event_id ?? crypto.randomUUID(),
    timestamp: overrides.timestamp ?? new Date().toISOString(),
    data: { ...data, ...overrides.data },
  }
}
