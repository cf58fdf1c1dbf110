import { latencyBounds } from '../domain/latency-histogram.ts'

const STATUSES = ['succeeded', 'failed', 'canceled'] as const

/** What `webhooks.statistics` counts, each in an integer column. */
const COUNT_COLUMNS = [
  ...STATUSES.map((status) => `deliveries_${status}` as const),
  'attempts_succeeded',
  'attempts_failed',
] as const

/** `webhooks.statistics.subscription_id` of what is counted of all subscriptions together. */
export const ALL_SUBSCRIPTIONS = '00000000-0000-0000-0000-000000000000'

/** `webhooks.statistics.event` of what is counted of all event types together. */
export const ALL_EVENTS = ''

/** For how long rows of minutes are kept: longer than they are asked for, by the time that a request may take. */
export const MINUTES_KEPT = "interval '50 hours'"

/** An SQL array with an element for each part of a latency histogram, from an expression of its number, from 0. */
export function latencyArray(element: (bin: number) => string): string {
  return `array[${Array.from({ length: latencyBounds.length + 1 }, (_, bin) => element(bin)).join(', ')}]`
}

/** The statuses of deliveries that are done, each made into a term of SQL, with commas between them. */
export function eachStatus(term: (status: (typeof STATUSES)[number]) => string): string {
  return STATUSES.map(term).join(', ')
}

/** The count columns of `webhooks.statistics`, each made into a term of SQL, with commas between them. */
export function eachCount(term: (column: string) => string): string {
  return COUNT_COLUMNS.map(term).join(', ')
}
