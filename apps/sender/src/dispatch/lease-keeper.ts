import type { Logger } from '@complywise/service'
import type { ClaimedDelivery, DeliveryQueue } from '../store/delivery-queue.ts'
import { elapsedMs, type Instant, markInstant } from './instant.ts'

/** Renews the leases of attempts under way, so that leases can be short and attempts long. */
export interface LeaseKeeper {
  /** From now on renews it. `since` is when the claim was asked for: its lease began no earlier. */
  keep(delivery: ClaimedDelivery, since: Instant): void
  /** No longer. */
  drop(delivery: ClaimedDelivery): void
  /** Whether it is kept and its lease cannot have run out. */
  isHeld(delivery: ClaimedDelivery): boolean
  close(): void
}

/** What a keeper works with. */
export interface LeaseKeeperOptions {
  readonly queue: Pick<DeliveryQueue, 'extend'>
  readonly leaseMs: number
  readonly logger: Logger
  /** The lease was taken from it or may have run out: somebody else may be making the attempt. It is dropped. */
  readonly onLost: (delivery: ClaimedDelivery) => void
}

// Several renewals in a row may fail before a lease is lost.
const HEARTBEATS_PER_LEASE = 6

/** A keeper. An attempt that ends within one heartbeat costs no renewal. */
export function createLeaseKeeper({ queue, leaseMs, logger, onLost }: LeaseKeeperOptions): LeaseKeeper {
  const held = new Map<ClaimedDelivery, Instant>()
  const heartbeatMs = leaseMs / HEARTBEATS_PER_LEASE
  let isRenewing = false
  const timer = setInterval(() => void beat(), heartbeatMs).unref()

  async function beat(): Promise<void> {
    for (const [delivery, since] of held) {
      if (elapsedMs(since) > leaseMs) lose(delivery)
    }
    if (isRenewing) return
    isRenewing = true
    await renew()
    isRenewing = false
  }

  async function renew(): Promise<void> {
    const due = [...held].filter(([, since]) => elapsedMs(since) >= heartbeatMs).map(([delivery]) => delivery)
    if (due.length === 0) return
    const since = markInstant()
    try {
      const extended = await queue.extend(due, leaseMs)
      for (const delivery of due) {
        if (!held.has(delivery)) continue
        const isExtended = extended.get(delivery.id)
        if (isExtended === undefined) lose(delivery)
        else if (isExtended) held.set(delivery, since)
      }
    } catch (error) {
      logger.error({ err: error, leases: due.length }, 'renewing leases failed')
    }
  }

  function lose(delivery: ClaimedDelivery): void {
    held.delete(delivery)
    onLost(delivery)
  }

  return {
    keep: (delivery, since) => void held.set(delivery, since),
    drop: (delivery) => void held.delete(delivery),
    isHeld(delivery) {
      const since = held.get(delivery)
      return since !== undefined && elapsedMs(since) <= leaseMs
    },
    close: () => clearInterval(timer),
  }
}
