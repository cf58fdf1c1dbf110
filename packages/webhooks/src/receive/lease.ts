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
 * @param askedAt when the claim was asked for, as of `performance.now`: it may have been granted as early.
 * @param renew as the store's; while it rejects or does not answer, the claim counts as held until the lease has run out.
 * @param onLost called once, when another may hold the claim.
 * @param onLong called each time that the claim has been held for ten leases more.
 */
export function keepLease(
  claim: HeldClaim,
  askedAt: number,
  renew: (claim: HeldClaim) => Promise<boolean>,
  onLost: (reason: WebhookError) => void,
  onLong: (heldMs: number) => void,
): Lease {
  // Not the wall clock, which may be set.
  let renewedAt = askedAt
  let isRenewing = false
  let lost = false
  let ticks = 0
  let hasStopped = false
  let ending: ReturnType<typeof setTimeout> | undefined
  const timer = setInterval(tick, claim.leaseMs / 3)
  watchEnd()
  return { isLost: () => lost, lose, stop }

  function stop(): void {
    hasStopped = true
    clearInterval(timer)
    clearTimeout(ending)
  }

  function tick(): void {
    ticks += 1
    if (ticks % 30 === 0) onLong(performance.now() - askedAt)
    watchEnd()
    if (!lost && !isRenewing) void renewOnce()
  }

  function watchEnd(): void {
    clearTimeout(ending)
    const leftMs = renewedAt + claim.leaseMs - performance.now()
    if (leftMs <= 0) lose()
    // The end is not left to a tick: that may come just before it, and the next a third of the time later.
    else if (leftMs < claim.leaseMs / 2) ending = setTimeout(watchEnd, Math.ceil(leftMs))
  }

  async function renewOnce(): Promise<void> {
    const renewAskedAt = performance.now()
    isRenewing = true
    try {
      if (await renew(claim)) renewedAt = renewAskedAt
      else lose()
    } catch {
      // Tried again with the next tick.
    } finally {
      isRenewing = false
    }
  }

  function lose(): void {
    // A renewal may be answered after the event was completed, and then rightly with `false`.
    if (lost || hasStopped) return
    lost = true
    stop()
    onLost(new WebhookError('claim_lost', 'The claim on this event was lost: another may be handling it.'))
  }
}
