/**
 * Where a receiver remembers what it received: one record for each event, claimed while its handlers run and kept once
 * they have succeeded. Shared by all processes that receive the same events.
 *
 * A claim is a lease with a token. Every verb on a held claim is fenced by that token: once the lease ran out and somebody
 * else claimed the event, the former holder changes nothing and is told `false`. Where nobody else did, a holder that is
 * merely late keeps its claim.
 *
 * A claim that was completed or released can do nothing more: every verb on it says `false`, except that completing it
 * again says `true` once more.
 *
 * A verb that rejects says that the store could not be asked; nothing is known of what it did, and repeating it is safe.
 * Keys and names of handlers are any text without U+0000; a store reads nothing into them.
 * `dedupeStoreContract` of `@complywise/webhooks/testing` checks an implementation.
 */
export interface DedupeStore {
  /** Claims an event, atomically: of any number of callers at once, one gets it. */
  claim(key: string, terms: ClaimTerms): Promise<Claim>
  /** Makes the lease last `leaseMs` from now. */
  renew(claim: HeldClaim): Promise<boolean>
  /**
   * Records that one handler has succeeded, so that it does not run again for this event. Kept when the claim is released
   * or its lease runs out; forgotten `retentionMs` after the last change of the record.
   */
  checkpoint(claim: HeldClaim, handler: string): Promise<boolean>
  /** Records that the event is done: whoever claims it in the next `retentionMs` is told that it is a duplicate. */
  complete(claim: HeldClaim): Promise<boolean>
  /** Gives the event back at once, for the next attempt. Its checkpoints stay. */
  release(claim: HeldClaim): Promise<boolean>
}

/** How long a claim lasts. */
export interface ClaimTerms {
  /** How long a claim is exclusive unless it is renewed. */
  readonly leaseMs: number
  /** How long a completed event, or the checkpoints of one that is not, are remembered. */
  readonly retentionMs: number
}

/** A claim that was won, as the other verbs take it. */
export interface HeldClaim extends ClaimTerms {
  readonly key: string
  /** Unique to this claim: the fence. */
  readonly token: string
}

/**
 * What became of an attempt to claim an event.
 *
 * - `claimed`: the caller holds it now. `finished` names the handlers that had succeeded in earlier attempts.
 * - `in_progress`: another holds it, for `retryAfterMs` more unless it renews.
 * - `duplicate`: it was completed before.
 */
export type Claim =
  | { readonly kind: 'claimed'; readonly token: string; readonly finished: readonly string[] }
  | { readonly kind: 'in_progress'; readonly retryAfterMs: number }
  | { readonly kind: 'duplicate' }
