import type { Pool } from 'pg'
import type { AttemptResult } from '../domain/outcome.ts'
import type { Verdict } from '../domain/verdict.ts'
import { claim } from './claim.ts'
import { createSecretOpener } from './sealed-secret.ts'
import { settle } from './settle.ts'
import { findWaitingLanes } from './waiting-lanes.ts'

/** A delivery that this process may attempt until its lease ends. */
export interface ClaimedDelivery {
  readonly id: string
  readonly leaseId: string
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
}

/** How many deliveries may be claimed from one lane. */
export interface LaneRoom {
  readonly subscriptionId: string
  readonly room: number
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

/** The deliveries that are owed, as a queue with leases. Every method is one transaction and safe to repeat. */
export interface DeliveryQueue {
  /**
   * Leases due deliveries, oldest first, at most `room` from each lane. Rows that another process holds are
   * passed over. A row whose lease has run out is taken over, and the attempt that was lost with it is recorded
   * as `lease_expired`.
   */
  claim(lanes: readonly LaneRoom[], leaseMs: number): Promise<Claimed>
  /**
   * Records attempts and their consequences together.
   *
   * @returns ids of the deliveries settled. One whose lease was lost is missing, and nothing of it was written.
   */
  settle(settlements: readonly Settlement[]): Promise<ReadonlySet<string>>
  /**
   * Every lane with pending deliveries whose subscription is active. Deliveries that were published while their
   * subscription was being deleted are canceled on the way.
   */
  findWaitingLanes(): Promise<readonly WaitingLane[]>
}

/** A queue on PostgreSQL. `encryptionKey` opens the subscriptions' secrets; see sealed-secret.ts. */
export function createDeliveryQueue(pool: Pool, encryptionKey: Uint8Array): DeliveryQueue {
  const openSecret = createSecretOpener(encryptionKey)
  return {
    claim: (lanes, leaseMs) => claim(pool, openSecret, lanes, leaseMs),
    settle: (settlements) => settle(pool, settlements),
    findWaitingLanes: () => findWaitingLanes(pool),
  }
}
