import type { Logger } from '@complywise/service'
import type { SubscriptionHealth } from '../domain/health.ts'
import type { DeliveryQueue, Settlement } from '../store/delivery-queue.ts'
import { isRefusal, isTimedOut } from '../store/sql-states.ts'
import { createSideQueue } from './side-queue.ts'

/** Writes outcomes in batches: all that arrive while others are being written form the next one. */
export interface Settler {
  /** Resolves once the settlement is durable, or can no longer be. */
  settle(settlement: Settlement): Promise<Recorded>
  /** From now on nothing is tried again. */
  giveUp(): void
}

/** What became of a settlement. */
export interface Recorded {
  /** False when the lease was lost, or the database did not take it. */
  readonly isRecorded: boolean
  /** Resolves when what followed for the health of the endpoints is done. */
  readonly afterwards: Promise<void>
}

/** What a settler works with. */
export interface SettlerOptions {
  readonly queue: Pick<DeliveryQueue, 'settle'>
  readonly logger: Logger
  /** Told of what settling did to the health of subscriptions, if to any. Never rejects. */
  readonly onHealth: (health: readonly SubscriptionHealth[]) => Promise<void>
}

interface Waiting {
  readonly settlement: Settlement
  readonly done: (recorded: Recorded) => void
}

const MAX_BATCH = 500
// While one batch waits for its commit, the next is executed, if it is worth a statement of its own.
const MAX_WRITERS = 2
const WORTH_A_WRITER = 64
const RETRY_MS = 500

const NOT_STORED = 'The database refused the details of this attempt.'

const nothing = Promise.resolve()

/**
 * While the database cannot be written to, a batch is tried again and again: a settlement is fenced, so that it is never
 * too late. What the database refuses is set apart, so that it spoils no other, and written without the attempt's details.
 * If it refuses that too, the delivery is attempted again once its lease has ended: at least once, never not at all.
 *
 * When a batch takes too long, most likely somebody holds the row of one of its subscriptions. Then each of its lanes is
 * written by itself, beside the writers, and so is what comes of that lane until nothing of it waits.
 */
export function createSettler({ queue, logger, onHealth }: SettlerOptions): Settler {
  const { promise: gaveUp, resolve: giveUp } = Promise.withResolvers<void>()
  const aside = createSideQueue<Waiting>({ laneOf, work: write, maxBatch: MAX_BATCH, pause })
  let waiting: Waiting[] = []
  let writers = 0
  let isGivingUp = false

  async function writeAll(): Promise<void> {
    writers += 1
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      aside.put(await write(batch))
    }
    writers -= 1
  }

  /** Resolves with what took too long. */
  async function write(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    for (;;) {
      try {
        const { ids, health } = await queue.settle(batch.map((entry) => entry.settlement))
        const afterwards = health.length === 0 ? nothing : onHealth(health)
        for (const entry of batch) {
          entry.done({ isRecorded: ids.has(entry.settlement.delivery.id), afterwards })
        }
        return []
      } catch (error) {
        if (isRefusal(error) && batch.length > 1) return await writeHalves(batch)
        const [refused] = isRefusal(error) ? batch : []
        const isHopeless = (refused !== undefined && hasNoDetails(refused)) || isGivingUp
        logger.error({ err: error, settlements: batch.length, isHopeless }, 'settling failed')
        if (isHopeless) {
          for (const entry of batch) entry.done({ isRecorded: false, afterwards: nothing })
          return []
        }
        if (refused !== undefined) return await write([withoutDetails(refused)])
        if (isTimedOut(error)) return batch
        await pause()
      }
    }
  }

  async function writeHalves(batch: readonly Waiting[]): Promise<readonly Waiting[]> {
    const middle = Math.ceil(batch.length / 2)
    const left = await write(batch.slice(0, middle))
    return [...left, ...(await write(batch.slice(middle)))]
  }

  async function pause(): Promise<void> {
    await Promise.race([new Promise((resolve) => setTimeout(resolve, RETRY_MS)), gaveUp])
  }

  return {
    settle: (settlement) =>
      new Promise((done) => {
        const entry = { settlement, done }
        if (aside.has(laneOf(entry))) return aside.put([entry])
        waiting.push(entry)
        if (writers === 0 || (writers < MAX_WRITERS && waiting.length >= WORTH_A_WRITER)) void writeAll()
      }),
    giveUp() {
      isGivingUp = true
      giveUp()
    },
  }
}

function laneOf({ settlement }: Waiting): string {
  return settlement.delivery.subscriptionId
}

// What the endpoint, or the way to it, says is in the details; the rest is our own.
function withoutDetails(entry: Waiting): Waiting {
  const { result } = entry.settlement
  const { outcome, startedAt, durationMs, httpStatus } = result
  const bare = { outcome, startedAt, durationMs, detail: NOT_STORED }
  return {
    ...entry,
    settlement: { ...entry.settlement, result: httpStatus === undefined ? bare : { ...bare, httpStatus } },
  }
}

function hasNoDetails({ settlement }: Waiting): boolean {
  return settlement.result.detail === NOT_STORED
}
