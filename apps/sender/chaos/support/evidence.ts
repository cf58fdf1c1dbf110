import type { EventType } from '@complywise/webhooks'
import type { Audience } from './account.ts'
import type { Crash } from './crash.ts'
import type { DeliveryLog, LoggedAttempt, LoggedDelivery } from './delivery-log.ts'
import { type LedgerEntry, readLedger } from './ledger.ts'

/** Everything that is known of a run, by those who cannot know of each other. */
export interface Evidence {
  /** The publisher's: the type of each event that was accepted, by its event_id. */
  readonly accepted: ReadonlyMap<string, EventType>
  /** The receiver's: every request, in the order in which they came. */
  readonly ledger: readonly LedgerEntry[]
  /** The sender's: its whole Delivery Log. */
  readonly deliveries: readonly LoggedDelivery[]
  /** The sender's: the attempts of every delivery that the receiver saw more than once, by its id. */
  readonly attemptsOf: ReadonlyMap<string, readonly LoggedAttempt[]>
  /** The path that each subscription's requests go to, by its id. */
  readonly pathOf: ReadonlyMap<string, string>
  readonly crashes: readonly Crash[]
  /** How long a claim holds. */
  readonly leaseMs: number
}

/** Waits until nothing is pending, at most `settleMs`, and then reads the log and the ledger. */
export async function gatherEvidence(options: {
  readonly log: DeliveryLog
  readonly audience: Audience
  readonly accepted: ReadonlyMap<string, EventType>
  readonly crashes: readonly Crash[]
  readonly leaseMs: number
  readonly settleMs: number
}): Promise<Evidence> {
  const { log, audience, accepted, crashes, leaseMs, settleMs } = options
  await log.settle(settleMs)
  const deliveries = await log.deliveries()
  const ledger = await readLedger(audience.ledgerPath)
  const attemptsOf = new Map<string, readonly LoggedAttempt[]>()
  const known = new Set(deliveries.map((delivery) => delivery.id))
  for (const [id, entries] of Map.groupBy(ledger, (entry) => entry.deliveryId)) {
    if (entries.length > 1 && known.has(id)) attemptsOf.set(id, await log.attempts(id))
  }
  return { accepted, ledger, deliveries, attemptsOf, pathOf: audience.pathOf, crashes, leaseMs }
}
