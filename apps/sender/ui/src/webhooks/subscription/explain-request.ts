import type { StateRequest } from '../../api/subscription-changes.ts'
import type { Subscription, SubscriptionStatistics } from '../../api/subscriptions.ts'
import { strings } from '../../strings/index.ts'

/**
 * What will happen to what a subscription is owed when its state is changed, a sentence each.
 *
 * @param pending what it is owed while it is active, where its backlog is not counted; `undefined` when that is not known.
 */
export function explainRequest(
  request: StateRequest,
  { backlog: kept, state_reason: reason }: Pick<Subscription, 'backlog' | 'state_reason'>,
  pending: SubscriptionStatistics['pending'] | undefined,
): readonly string[] {
  const { backlog, pause, resume, enable } = strings.subscription
  const owed = kept ?? pending
  const count =
    owed !== undefined && owed.count > 0 ? backlog.deliveries(owed.count, owed.is_exact) : undefined
  if (request === 'pause') {
    const now = count === undefined ? [] : [pause.backlogNow(count)]
    return [...pause.what, ...now, backlog.limits, pause.resume]
  }
  const catchingUp =
    count === undefined ? [resume.heldNothing] : [resume.held(count), resume.first, resume.firstFails]
  if (request === 'resume') return [...catchingUp, resume.afresh]
  const warning = reason === 'endpoint_gone' ? enable.gone : enable.repeated
  return [warning, ...catchingUp, resume.afresh]
}
