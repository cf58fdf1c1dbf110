import { strings } from '../strings/index.ts'

/** How an attempt ended, in a word or two, such as `500 Internal Server Error` or `Timed out`. */
export function describeOutcome(outcome: string, httpStatus: number | null): string {
  const { names, httpStatuses } = strings.outcomes
  const status =
    httpStatus === null ? '' : `${httpStatus} ${wordsOf(httpStatuses, String(httpStatus)) ?? ''}`.trim()
  if (outcome === 'succeeded' || outcome.startsWith('http_')) return status === '' ? outcome : status
  const name = wordsOf(names, outcome) ?? outcome
  return status === '' ? name : `${name} (${status})`
}

/** What an outcome means for its delivery. */
export function outcomeTone(outcome: string): 'success' | 'neutral' | 'danger' {
  if (outcome === 'succeeded') return 'success'
  return outcome === 'canceled' || outcome === 'lease_expired' ? 'neutral' : 'danger'
}

function wordsOf(words: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(words, key) ? words[key] : undefined
}
