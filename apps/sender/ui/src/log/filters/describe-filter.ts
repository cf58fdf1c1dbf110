import type { Subscription } from '../../api/subscriptions.ts'
import type { Choice } from '../../components/combobox.tsx'
import { describeOutcome } from '../../components/describe-outcome.ts'
import { formatInstant } from '../../components/format-time.ts'
import { strings } from '../../strings/index.ts'
import type { LogSearch } from '../log-search.ts'
import type { FilterName } from './log-filters.ts'
import type { TimeRange } from './time-range.ts'

const choosable = [
  'succeeded',
  'timeout',
  'dns',
  'connect',
  'tls',
  'reset',
  'redirect',
  'ssrf_blocked',
] as const
const commonStatuses = ['400', '401', '403', '404', '410', '422', '429', '500', '502', '503', '504'] as const

/** How an attempt may end, and the most common statuses. */
export const outcomeChoices: readonly Choice[] = [
  ...choosable.map((value) => ({ value, label: describeOutcomeFilter(value) })),
  ...commonStatuses.map((status) => ({
    value: `http_${status}`,
    label: describeOutcomeFilter(`http_${status}`),
  })),
]

/** The choice of any status that is typed, such as `503` or `http_503`. */
export function toOutcomeChoice(typed: string): Choice | undefined {
  const status = /^\s*(?:http[_ ]?)?([1-9]\d\d)\s*$/i.exec(typed)?.[1]
  return status === undefined
    ? undefined
    : { value: `http_${status}`, label: describeOutcomeFilter(`http_${status}`) }
}

function describeOutcomeFilter(outcome: string): string {
  const { outcome: words } = strings.log.filters
  if (outcome === 'succeeded') return words.succeeded
  const status = /^http_(\d{3})$/.exec(outcome)?.[1]
  return status === undefined
    ? describeOutcome(outcome, null)
    : words.http(describeOutcome(outcome, Number(status)))
}

/** A range of time in words, in the viewer's time zone. */
export function describeTime({ range, since, until }: TimeRange): string {
  const { time } = strings.log
  if (range !== undefined) return time.presets[range]
  const [from, to] = [since, until].map((instant) => instant && formatInstant(new Date(instant)))
  if (from && to) return time.between(from, to)
  if (from) return time.since(from)
  return to ? time.until(to) : time.any
}

/** The value of a filter in words. */
export function describeFilter(
  search: LogSearch,
  name: FilterName,
  subscriptions: readonly Subscription[] | undefined,
): string {
  const { filters } = strings.log
  switch (name) {
    case 'time':
      return describeTime(search)
    case 'status':
      return search.status === undefined ? '' : strings.statuses[search.status]
    case 'outcome':
      return describeOutcomeFilter(search.outcome ?? '')
    case 'tests':
      return filters.tests[search.tests ?? 'any']
    case 'subscription': {
      const id = search.subscription ?? ''
      if (subscriptions === undefined) return id
      return subscriptions.find((subscription) => subscription.id === id)?.url ?? filters.unknownSubscription
    }
    default:
      return search[name] ?? ''
  }
}
