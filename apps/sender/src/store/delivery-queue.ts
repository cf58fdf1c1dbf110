import type { Pool } from 'pg'
import type { SubscriptionHealth } from '../domain/health.ts'
import type { AttemptResult } from '../domain/outcome.ts'
import type { Verdict } from '../domain/verdict.ts'
import { claim } from './claim.ts'
import { extend, release } from './lease.ts'
import { createSecretOpener, type EncryptionKeys } from './sealed-secret.ts'
import { settle } from './settle.ts'
import { findWaitingLanes } from './waiting-lanes.ts'

/** A delivery that this process may attempt until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string
  readonly leaseId: string
  readonly accountId: string
  readonly subscriptionId: string
  readonly eventId: string
  readonly event: string
  /** 1-based number of the attempt to make. */
  readonly attempt: number
  /** Failed attempts before this one. */
  readonly failures: number
  readonly url: string
  readonly body: Uint8Array
  /** Newest first; empty when they could not be decrypted. */
  readonly secrets: readonly string[]
  /** Headers of the customer's own; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** The subscription's own time for an attempt; `null` for the sender's. */
  readonly timeoutMs: number | null
  /** Attempted once, whatever comes of it. */
  readonly isTest: boolean
  /** The only delivery of its lane under claim, in all processes, because the endpoint is down or was just resumed. */
  readonly isProbe: boolean
  /** Its lane is in strict order: the next is due once this one is settled. */
  readonly isOrdered: boolean
  /** How often its endpoint had begun afresh when this was claimed; the answer says nothing of the endpoint once it has again. */
  readonly generation: number
  /** W3C traceparent of whoever published the event. */
  readonly traceparent: string | null
}

/** How many deliveries may be claimed from one lane. */
export interface LaneRoom {
  readonly subscriptionId: string
  readonly room: number
  /** Of these, how many may be retries. First attempts may take all of the room. */
  readonly retryRoom: number
}

/** A lane that holds pending deliveries, and when the first of them may be claimed. */
export interface WaitingLane {
  readonly subscriptionId: string
  /** Zero or less: now. */
  readonly readyInMs: number
}

/** What a claim found. */
export interface Claimed {
  readonly deliveries: readonly ClaimedDelivery[]
  /** Those of the lanes asked that hold deliveries due later, and when. */
  readonly waiting: readonly WaitingLane[]
}

/** An attempt's result together with what it means for its delivery. */
export interface Settlement {
  readonly delivery: ClaimedDelivery
  readonly result: AttemptResult
  readonly verdict: Verdict
}

/** What settling did. */
export interface Settled {
  /**
   * Ids of the deliveries settled. One whose lease was lost is missing, and nothing of it was written. One that was
   * canceled meanwhile stays canceled; of it, the attempt is recorded. One that was settled before, the same way, is
   * here again, without its health: a caller that was not told of the commit may repeat the settlement.
   */
  readonly ids: ReadonlySet<string>
  /** The subscriptions whose health the settlements touched: those that failed, and those that had and recovered. */
  readonly health: readonly SubscriptionHealth[]
}

/** When an endpoint counts as down, and how it is probed then: by one delivery at a time. */
export interface ProbePolicy {
  /** Consecutive failed attempts. Default 10. */
  readonly afterFailures: number
  /**
   * Wait before the first probe, in milliseconds. Before every other, it is as long as the endpoint has been failing.
   * Default 5 s.
   */
  readonly baseMs: number
  /** No wait is longer. Default 5 min. */
  readonly capMs: number
}

/** {@link ProbePolicy} where none is given. */
export const defaultProbePolicy: ProbePolicy = { afterFailures: 10, baseMs: 5000, capMs: 5 * 60_000 }

/** A delivery under this process's claim. */
export type Lease = Pick<ClaimedDelivery, 'id' | 'leaseId'>

/** The deliveries that are still held, by their ids; `false` for one whose lease ends as before: its row was locked. */
export type Extended = ReadonlyMap<string, boolean>

/** The deliveries that are owed, as a queue with leases. Every method is one transaction and safe to repeat. */
export interface DeliveryQueue {
  /**
   * Leases due deliveries, at most `room` from each lane. Rows that another process holds are passed over. A row whose
   * lease has run out is taken over, and the attempt that was lost with it is recorded as `lease_expired`; one
   * that is a test is left.
   *
   * A lane that is probed gives one delivery in all processes together; one in strict order gives its oldest, once
   * that is due and nobody has it.
   */
  claim(lanes: readonly LaneRoom[], leaseMs: number): Promise<Claimed>
  /** Lets these leases last `leaseMs` from now, unless they were lost. */
  extend(leases: readonly Lease[], leaseMs: number): Promise<Extended>
  /**
   * Gives deliveries back whose attempt was never begun, due as before: it does not count as an attempt.
   */
  release(leases: readonly Lease[]): Promise<void>
  /** Records attempts and their consequences, for the deliveries and for the health of their subscriptions, together. */
  settle(settlements: readonly Settlement[]): Promise<Settled>
  /**
   * Every lane with pending deliveries whose subscription is active. Some of what deleted ones are still owed is
   * canceled on the way: seldom is there more than what was published meanwhile.
   */
  findWaitingLanes(): Promise<readonly WaitingLane[]>
}

/** A queue on PostgreSQL. `encryptionKeys` open the subscriptions' secrets. */
export function createDeliveryQueue(
  pool: Pool,
  encryptionKeys: EncryptionKeys,
  probePolicy: ProbePolicy = defaultProbePolicy,
): DeliveryQueue {
  const openSecret = createSecretOpener(encryptionKeys)
  return {
    claim: (lanes, leaseMs) => claim(pool, openSecret, lanes, leaseMs),
    extend: (leases, leaseMs) => extend(pool, leases, leaseMs),
    release: (leases) => release(pool, leases),
    settle: (settlements) => settle(pool, probePolicy, settlements),
    findWaitingLanes: () => findWaitingLanes(pool),
  }
}
