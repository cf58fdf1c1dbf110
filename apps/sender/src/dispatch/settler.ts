import type { Logger } from '@complywise/service'
import type { DeliveryQueue, Settlement } from '../store/delivery-queue.ts'

/** Writes outcomes in batches: all that arrive while others are being written form the next one. */
export interface Settler {
  /** Resolves once the settlement is durable, or its lease turned out to be lost. */
  settle(settlement: Settlement): Promise<void>
}

interface Waiting {
  readonly settlement: Settlement
  /** By `performance.now()`. */
  readonly since: number
  readonly done: () => void
}

const MAX_BATCH = 500
// While one batch waits for its commit, the next is executed, if it is worth a statement of its own.
const MAX_WRITERS = 2
const WORTH_A_WRITER = 64
const RETRY_MS = 500

/**
 * While the database cannot be written to, a batch is tried again until its leases have ended. Its deliveries are
 * then attempted again: at least once, never not at all.
 */
export function createSettler(queue: DeliveryQueue, leaseMs: number, logger: Logger): Settler {
  let waiting: Waiting[] = []
  let writers = 0

  async function writeAll(): Promise<void> {
    writers += 1
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      await write(batch)
      for (const entry of batch) entry.done()
    }
    writers -= 1
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    const settlements = batch.map((entry) => entry.settlement)
    const [oldest] = batch
    for (;;) {
      try {
        reportLost(settlements, await queue.settle(settlements))
        return
      } catch (error) {
        const isHopeless = performance.now() - (oldest?.since ?? 0) > leaseMs
        logger.error({ err: error, settlements: settlements.length, isHopeless }, 'settling failed')
        if (isHopeless) return
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
      }
    }
  }

  function reportLost(settlements: readonly Settlement[], settled: ReadonlySet<string>): void {
    for (const { delivery, result } of settlements) {
      if (settled.has(delivery.id)) continue
      const { id: deliveryId, attempt } = delivery
      logger.warn(
        { deliveryId, attempt, outcome: result.outcome },
        'lease lost: the outcome was not recorded',
      )
    }
  }

  return {
    settle: (settlement) =>
      new Promise((done) => {
        waiting.push({ settlement, since: performance.now(), done })
        if (writers === 0 || (writers < MAX_WRITERS && waiting.length >= WORTH_A_WRITER)) void writeAll()
      }),
  }
}
