import { isRangePreset, type RangePreset } from './filters/time-range.ts'

/** The filters of the Delivery Log as its URL has them; what is absent does not narrow. */
export interface LogSearch {
  readonly status?: DeliveryStatus
  /** How the last attempt ended, such as `timeout` or `http_503`. */
  readonly outcome?: string
  /** An event type. */
  readonly event?: string
  /** The id of a subscription. */
  readonly subscription?: string
  /** The id of a delivery or of an event. */
  readonly id?: string
  /** Only test events, or none. */
  readonly tests?: 'only' | 'none'
  /** Created within this time until now; not beside `since` and `until`. */
  readonly range?: RangePreset
  /** RFC 3339: created at or after. */
  readonly since?: string
  /** RFC 3339: created before. */
  readonly until?: string
}

/** Where a delivery stands. */
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** Each {@link DeliveryStatus}, in the order in which they are shown. */
export const deliveryStatuses = ['succeeded', 'pending', 'failed', 'canceled'] as const

/** Reads the filters from a URL; what makes no sense is dropped. */
export function readLogSearch(search: Readonly<Record<string, unknown>>): LogSearch {
  const status = deliveryStatuses.find((status) => status === search['status'])
  const outcome = matching(search['outcome'], OUTCOME)
  const event = matching(search['event'], /^[a-z0-9_]+(\.[a-z0-9_]+)+$/)
  const subscription = matching(search['subscription'], UUID)
  const id = matching(search['id'], UUID)
  const tests = (['only', 'none'] as const).find((tests) => tests === search['tests'])
  const since = instant(search['since'])
  const until = instant(search['until'])
  const isEmpty = since !== undefined && until !== undefined && since >= until
  const isCustom = !isEmpty && (since !== undefined || until !== undefined)
  const range = search['range']
  return {
    ...(status && { status }),
    ...(outcome && { outcome }),
    ...(event && { event }),
    ...(subscription && { subscription: subscription.toLowerCase() }),
    ...(id && { id: id.toLowerCase() }),
    ...(tests && { tests }),
    ...(!isCustom && isRangePreset(range) && { range }),
    ...(isCustom && since && { since }),
    ...(isCustom && until && { until }),
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const OUTCOME = /^[a-z]{1,30}(_[a-z0-9]{1,10}){0,3}$/

function matching(value: unknown, pattern: RegExp): string | undefined {
  return typeof value === 'string' && value.length <= 100 && pattern.test(value) ? value : undefined
}

function instant(value: unknown): string | undefined {
  if (typeof value !== 'string' || Number.isNaN(Date.parse(value))) return undefined
  return new Date(value).toISOString()
}

/** The first UUID within a text, such as a pasted id, URL or line of a log. */
export function findId(text: string): string | undefined {
  return /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.exec(text)?.[0].toLowerCase()
}
