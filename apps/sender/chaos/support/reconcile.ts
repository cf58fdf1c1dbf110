import type { EventType } from '@complywise/webhooks'
import { pathOf } from './account.ts'
import type { Evidence } from './evidence.ts'
import { explainRepeats, type Repeat } from './explain-repeats.ts'
import type { LedgerEntry } from './ledger.ts'

/** What follows from it. */
export interface Reconciliation {
  /** The event_ids of accepted events that the receiver has got and the log calls succeeded. */
  readonly delivered: ReadonlySet<string>
  readonly repeats: readonly Repeat[]
  /** Every promise that was broken, in sentences. */
  readonly broken: readonly string[]
}

/**
 * Compares what the publisher was promised, what the receiver saw and what the log says.
 *
 * Promises: every accepted event has one delivery, to the subscription to its type; that one succeeded, and its last
 * attempt is one that the receiver saw. Nothing else was delivered. Every signature verified. Every repeat is
 * explained, see {@link explainRepeats}.
 */
export function reconcile(evidence: Evidence): Reconciliation {
  const { accepted, ledger, deliveries } = evidence
  const requestsOf = Map.groupBy(ledger, (entry) => entry.deliveryId)
  const broken = new Set(ledger.flatMap((entry) => problemsOfRequest(entry, evidence)))
  const owed = Map.groupBy(deliveries, (delivery) => delivery.event_id)
  const delivered = new Set<string>()
  for (const [eventId, event] of accepted) {
    const problems = problemsOfEvent(eventId, event)
    for (const problem of problems) broken.add(problem)
    if (problems.length === 0) delivered.add(eventId)
  }
  for (const { id, event_id: eventId } of deliveries) {
    if (!accepted.has(eventId))
      broken.add(`Delivery ${id} is owed for event ${eventId}, which was not accepted.`)
  }
  const repeats = explainRepeats(requestsOf, evidence)
  return { delivered, repeats, broken: [...broken, ...repeats.flatMap((repeat) => repeat.broken)] }

  function problemsOfEvent(eventId: string, event: EventType): readonly string[] {
    const [delivery, ...others] = owed.get(eventId) ?? []
    if (delivery === undefined) return [`Event ${eventId} was accepted and is lost: it has no delivery.`]
    if (others.length > 0) return [`Event ${eventId} has ${others.length + 1} deliveries instead of one.`]
    if (evidence.pathOf.get(delivery.subscription_id) !== pathOf(event)) {
      return [
        `Event ${eventId} is owed to subscription ${delivery.subscription_id}, which is not to ${event}.`,
      ]
    }
    if (delivery.status !== 'succeeded') {
      return [
        `Event ${eventId} was accepted and is not delivered: delivery ${delivery.id} is ${delivery.status}.`,
      ]
    }
    if (requestsOf.get(delivery.id)?.at(-1)?.attempt !== delivery.attempt_count) {
      return [
        `Delivery ${delivery.id} is logged as succeeded with an attempt that the receiver did not see last.`,
      ]
    }
    return []
  }
}

function problemsOfRequest(entry: LedgerEntry, { accepted }: Evidence): readonly string[] {
  const { deliveryId, eventId, attempt, path } = entry
  const what = `Attempt ${attempt} of delivery ${deliveryId}`
  const event = accepted.get(eventId)
  if (event === undefined) return [`${what} delivered event ${eventId}, which was not accepted.`]
  return [
    ...(entry.refusal === null ? [] : [`${what} did not verify: ${entry.refusal}.`]),
    ...(path === pathOf(event) ? [] : [`${what} delivered ${event} ${eventId} to ${path}.`]),
    ...(entry.endedAt === undefined ? [`${what} was never done with by the receiver.`] : []),
  ]
}
