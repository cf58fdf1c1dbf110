import { preconditionFailed } from '../http/entity-tag.ts'
import { ProblemError } from '../http/problem.ts'
import type { ChangeRefusal } from '../store/locked-subscription.ts'

/** What a change that was refused is answered with. */
export function changeRefused(refusal: ChangeRefusal): ProblemError {
  return refusal.kind === 'not-found' ? subscriptionNotFound() : preconditionFailed(refusal.version)
}

/** What is answered where there is no such subscription. */
export function subscriptionNotFound(): ProblemError {
  return new ProblemError('not_found', 'There is no subscription with this id.')
}
