import type { ControlFailedData, ScoreChangedData } from './compliance.ts'
import type { EvidenceUploadedData } from './evidence.ts'
import type { IntegrationDisconnectedData } from './integration.ts'
import type { ScanCompletedData, ScanFailedData } from './scan.ts'
import type { Tolerant } from './tolerant.ts'

/** The types of the events in the catalog, in the product page's order. */
export const eventTypes = [
  'scan.completed',
  'scan.failed',
  'compliance.score_changed',
  'compliance.control_failed',
  'evidence.uploaded',
  'integration.disconnected',
] as const

/** The type of an event in the catalog. */
export type EventType = (typeof eventTypes)[number]

/** `data` by event type, as a sender publishes it. */
export interface PublishedData {
  readonly 'scan.completed': ScanCompletedData
  readonly 'scan.failed': ScanFailedData
  readonly 'compliance.score_changed': ScoreChangedData
  readonly 'compliance.control_failed': ControlFailedData
  readonly 'evidence.uploaded': EvidenceUploadedData
  readonly 'integration.disconnected': IntegrationDisconnectedData
}

/** `data` by event type, as a receiver can rely on it: fields that the product page does not document may be absent. */
export interface ReceivedData {
  readonly 'scan.completed': ScanCompletedData
  readonly 'scan.failed': Tolerant<ScanFailedData>
  readonly 'compliance.score_changed': Tolerant<ScoreChangedData>
  readonly 'compliance.control_failed': ControlFailedData
  readonly 'evidence.uploaded': Tolerant<EvidenceUploadedData>
  readonly 'integration.disconnected': Tolerant<IntegrationDisconnectedData>
}

/** What every event has besides its type and data. */
export interface EventIdentity {
  /** The event's UUID, the same on every attempt and redelivery: what duplicates are recognized by. */
  readonly event_id: string
  /** When it happened, ISO 8601 with an offset. Events may arrive out of this order. */
  readonly timestamp: string
}

/** An event of one type in the catalog. At run time it also has every field that this version does not know. */
export interface CatalogEvent<Type extends EventType> extends EventIdentity {
  readonly event: Type
  readonly data: ReceivedData[Type]
}

/** An event in the catalog: a union that `event` discriminates. */
export type KnownEvent = { readonly [Type in EventType]: CatalogEvent<Type> }[EventType]

/**
 * The event of one type, as a receiver hands it to a handler.
 *
 * @example
 * function announce(event: EventOf<'scan.completed'>): string {
 *   return `${event.data.failed} of ${event.data.total_controls} controls failed`
 * }
 */
export type EventOf<Type extends EventType> = Extract<KnownEvent, { readonly event: Type }>

/** An event whose type this version does not know; its `data` is any JSON object. */
export interface UnknownEvent extends EventIdentity {
  readonly event: string
  readonly data: Readonly<Record<string, unknown>>
}

/** Any event; {@link isKnownEvent} tells the two kinds apart. */
export type WebhookEvent = KnownEvent | UnknownEvent

const knownTypes: ReadonlySet<string> = new Set(eventTypes)

/** Whether `type` is in the catalog. Names such as `constructor` are not. */
export function isEventType(type: string): type is EventType {
  return knownTypes.has(type)
}

/**
 * Whether a received event is in the catalog. TypeScript cannot narrow a union by a property that is any string in
 * one of its members, so ask this first and `switch` on `event.event` inside.
 *
 * @example
 * if (!isKnownEvent(event)) return console.info('Not in this version:', event.event)
 * switch (event.event) {
 *   case 'scan.completed':
 *     return console.info(event.data.score)
 *   …
 * }
 */
export function isKnownEvent(event: WebhookEvent): event is KnownEvent {
  return isEventType(event.event)
}

/**
 * Makes the compiler refuse a `switch` that leaves out a known event: an update that brings a new type then tells where
 * it has to be handled.
 *
 * @throws {TypeError} when it is reached after all, which is only possible past the compiler.
 * @example
 * switch (event.event) {
 *   case 'scan.completed':
 *     return …
 *   default:
 *     return assertExhaustive(event)
 * }
 */
export function assertExhaustive(event: never): never {
  throw new TypeError(`Not handled: ${(event as WebhookEvent).event}`)
}
