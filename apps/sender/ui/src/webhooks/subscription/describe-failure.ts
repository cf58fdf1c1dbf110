import { describeOutcome } from '../../components/describe-outcome.ts'
import type { Transition } from './state-since.ts'

/** The attempt that failed before a transition, in words; `undefined` where none is known. */
export function describeFailure({
  last_outcome: outcome,
  last_detail: detail,
}: Pick<Transition, 'last_outcome' | 'last_detail'>): string | undefined {
  if (outcome === null) return undefined
  const words = describeOutcome(outcome, statusOf(outcome))
  return detail === null || detail === '' ? words : `${words}: ${detail.replace(/\.$/, '')}`
}

function statusOf(outcome: string): number | null {
  const digits = /^http_(\d{3})$/.exec(outcome)?.[1]
  return digits === undefined ? null : Number(digits)
}
