import type { Outcome } from '../domain/outcome.ts'

/** An outcome as a label: statuses are too many, and an endpoint chooses them. */
export function outcomeClass(outcome: Outcome): string {
  const status = /^http_([45])\d\d$/.exec(outcome)
  if (outcome === 'http_429' || outcome === 'http_410') return outcome
  if (status !== null) return `http_${status[1]}xx`
  return outcome.startsWith('http_') ? 'http_other' : outcome
}
