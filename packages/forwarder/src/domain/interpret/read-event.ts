import {
  isKnownEvent,
  type KnownEvent,
  type ReceivedData,
  receivedEventSchemas,
  type UnknownEvent,
  type WebhookEvent,
} from '@complywise/webhooks'
import { numberFrom, present, scalarTextFrom } from './text.ts'

/** An event of a known type as it can be read, or what its data lacks for it to mean anything. */
export type ReadEvent =
  | { readonly kind: 'read'; readonly event: KnownEvent }
  /** `lacks`: the field that says what it is about, such as `data.control_id`. */
  | { readonly kind: 'unreadable'; readonly lacks: string }
  | { readonly kind: 'unknown_type'; readonly event: UnknownEvent }

/**
 * Reads the data of an event, of which most is documented nowhere. Data that is as the catalog has it is taken as it is.
 * Otherwise each field is taken for what it can only mean: a numeric text where a number belongs, a number where an id
 * belongs, a text where a cause belongs; a field that means nothing there is left out. The rest is read without it.
 */
export function readEvent(event: WebhookEvent): ReadEvent {
  if (!isKnownEvent(event)) return { kind: 'unknown_type', event }
  if (receivedEventSchemas[event.event].safeParse(event.data).success) return { kind: 'read', event }
  const { event: type, event_id, timestamp } = event
  const given: Given = new Map(Object.entries(event.data))
  const identity = { event_id, timestamp }
  switch (type) {
    case 'scan.completed':
      return readOr(countedFrom(given), 'one of the counts', (data) => ({ event: type, ...identity, data }))
    case 'scan.failed':
      return {
        kind: 'read',
        event: { event: type, ...identity, data: { error: causeFrom(given.get('error')) } },
      }
    case 'compliance.score_changed':
      return readOr(scoreFrom(given), 'data.framework', (data) => ({ event: type, ...identity, data }))
    case 'compliance.control_failed':
      return readControl(given, (data) => ({ event: type, ...identity, data }))
    case 'evidence.uploaded':
      return { kind: 'read', event: { event: type, ...identity, data: evidenceFrom(given) } }
    default:
      return { kind: 'read', event: { event: type, ...identity, data: integrationFrom(given) } }
  }
}

type Given = ReadonlyMap<string, unknown>

function readOr<Data>(data: Data | undefined, lacks: string, toEvent: (data: Data) => KnownEvent): ReadEvent {
  return data === undefined ? { kind: 'unreadable', lacks } : { kind: 'read', event: toEvent(data) }
}

function readControl(
  given: Given,
  toEvent: (data: ReceivedData['compliance.control_failed']) => KnownEvent,
): ReadEvent {
  const control_id = scalarTextFrom(given.get('control_id'))
  const framework = scalarTextFrom(given.get('framework'))
  if (control_id === undefined) return { kind: 'unreadable', lacks: 'data.control_id' }
  if (framework === undefined) return { kind: 'unreadable', lacks: 'data.framework' }
  const previous_status = scalarTextFrom(given.get('previous_status')) ?? 'unknown'
  const new_status = scalarTextFrom(given.get('new_status')) ?? ''
  return { kind: 'read', event: toEvent({ control_id, framework, previous_status, new_status }) }
}

function countedFrom(given: Given): ReceivedData['scan.completed'] | undefined {
  const [total_controls, passed, failed] = ['total_controls', 'passed', 'failed'].map((name) =>
    countFrom(given.get(name)),
  )
  const score = numberFrom(given.get('score'))
  if (total_controls === undefined || passed === undefined || failed === undefined || score === undefined) {
    return undefined
  }
  const scan_job_id = scalarTextFrom(given.get('scan_job_id')) ?? ''
  return { scan_job_id, total_controls, passed, failed, score }
}

/** `undefined` where the framework cannot be read: the score would be taken for the overall one. */
function scoreFrom(given: Given): ReceivedData['compliance.score_changed'] | undefined {
  const named = given.get('framework')
  const framework = scalarTextFrom(named)
  if (framework === undefined && named !== undefined && named !== null) return undefined
  return present({
    framework,
    previous_score: numberFrom(given.get('previous_score')),
    new_score: numberFrom(given.get('new_score')),
  })
}

function evidenceFrom(given: Given): ReceivedData['evidence.uploaded'] {
  const text = (name: string): string | undefined => scalarTextFrom(given.get(name))
  return present({
    evidence_id: text('evidence_id'),
    control_id: text('control_id'),
    framework: text('framework'),
    file_name: text('file_name'),
    content_type: text('content_type'),
    size_bytes: countFrom(given.get('size_bytes')),
    uploaded_by: text('uploaded_by'),
  })
}

function integrationFrom(given: Given): ReceivedData['integration.disconnected'] {
  return present({
    integration_id: scalarTextFrom(given.get('integration_id')),
    provider: scalarTextFrom(given.get('provider')),
    name: scalarTextFrom(given.get('name')),
    reason: causeFrom(given.get('reason')),
    last_connected_at: instantFrom(given.get('last_connected_at')),
    affected_controls: controlsFrom(given.get('affected_controls')),
  })
}

/** A cause that is one text says all there is. */
function causeFrom(value: unknown): { readonly code?: string; readonly message?: string } {
  const fields = fieldsOf(value)
  if (fields === undefined) return present({ message: scalarTextFrom(value) })
  return present({ code: scalarTextFrom(fields.get('code')), message: scalarTextFrom(fields.get('message')) })
}

function controlsFrom(
  value: unknown,
): readonly { readonly control_id?: string; readonly framework?: string }[] | undefined {
  if (!Array.isArray(value)) return undefined
  return value.map((item: unknown) => {
    const fields = fieldsOf(item)
    if (fields === undefined) return present({ control_id: scalarTextFrom(item) })
    return present({
      control_id: scalarTextFrom(fields.get('control_id')),
      framework: scalarTextFrom(fields.get('framework')),
    })
  })
}

function fieldsOf(value: unknown): Given | undefined {
  return typeof value === 'object' && value !== null ? new Map(Object.entries(value)) : undefined
}

function countFrom(value: unknown): number | undefined {
  const count = numberFrom(value)
  return count !== undefined && Number.isSafeInteger(count) && count >= 0 ? count : undefined
}

/** Only what says its offset is an instant. */
function instantFrom(value: unknown): string | undefined {
  const isInstant =
    typeof value === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
    !Number.isNaN(Date.parse(value))
  return isInstant ? value : undefined
}
