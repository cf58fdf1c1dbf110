import { WebhookError } from '../errors.ts'
import type { HeldClaim } from './dedupe-store.ts'

/** A claim that is kept alive. */
export interface Lease {
  /** Whether the claim may have passed to another. */
  isLost(): boolean
  /** To be called when a verb of the store says that the claim is another's. */
  lose(): void
  /** Ends the renewal. */
  stop(): void
}

/**
 * Keeps a claim by renewing it each third of its time.
 *
 * @param renew as the store's; while it rejects or does not answer, the claim counts as held until the lease has run out.
 * @param onLost called once, when another may hold the claim.
 */
export function keepLease(
  claim: HeldClaim,
  renew: (claim: HeldClaim) => Promise<boolean>,
  onLost: (reason: WebhookError) => void,
): Lease {
  // Not the wall clock, which may be set.
  let renewedAt = performance.now()
  let isRenewing = false
  let lost = false
  const timer = setInterval(tick, claim.leaseMs / 3)
  return { isLost: () => lost, lose, stop: () => clearInterval(timer) }

  function tick(): void {
    if (performance.now() - renewedAt >= claim.leaseMs) lose()
    else if (!isRenewing) void renewOnce()
  }

  async function renewOnce(): Promise<void> {
    const askedAt = performance.now()
    isRenewing = true
    try {
      if (await renew(claim)) renewedAt = askedAt
      else lose()
    } catch {
      // Tried again with the next tick.
    } finally {
      isRenewing = false
    }
  }

  function lose(): void {
    if (lost) return
    lost = true
    clearInterval(timer)
    onLost(new WebhookError('claim_lost', 'The claim on this event was lost: another may be handling it.'))
  }
}
