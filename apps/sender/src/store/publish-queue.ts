import { DatabaseError } from 'pg'
import type { NewEvent, PublishedEvent } from './events.ts'
import { isLocked } from './sql-states.ts'

/** Publishes events one by one, for many callers at once. */
export interface PublishQueue {
  publish(event: NewEvent): Promise<PublishedEvent>
}

/**
 * Publishes events in one transaction.
 *
 * @param waitMs how long to wait for a transaction that publishes one of them too; `null` for as long as it takes.
 */
export type PublishTogether = (
  events: readonly NewEvent[],
  waitMs: number | null,
) => Promise<readonly PublishedEvent[]>

interface Waiting {
  readonly event: NewEvent
  readonly resolve: (published: PublishedEvent) => void
  readonly reject: (error: unknown) => void
}

const MAX_BATCH = 100
// While one batch waits for its commit, the next is executed, if it is worth a transaction of its own.
const MAX_WRITERS = 2
const WORTH_A_WRITER = 16
const WAIT_MS = 100
const MAX_WAITING_ALONE = 2

/**
 * Gathers the events that arrive while others are being written, and writes them together: a commit takes as long for
 * a hundred events as for one.
 *
 * When a batch fails, each of its events is published alone, and one that waits for a transaction of somebody else is
 * put aside. Every event must have an `eventId`: nothing is published twice by a second try.
 */
export function createPublishQueue(publishTogether: PublishTogether): PublishQueue {
  let waiting: Waiting[] = []
  let writers = 0
  const putAside: Waiting[] = []
  let waitingAlone = 0

  async function writeAll(): Promise<void> {
    writers += 1
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MAX_BATCH)
      waiting = waiting.slice(MAX_BATCH)
      await write(batch)
    }
    writers -= 1
  }

  async function write(batch: readonly Waiting[]): Promise<void> {
    try {
      const published = await publishTogether(
        batch.map(({ event }) => event),
        WAIT_MS,
      )
      batch.forEach((entry, index) => entry.resolve(published[index]!))
    } catch (error) {
      const [first, ...others] = batch
      if (first !== undefined && others.length === 0) fail(first, error)
      // Whether a lost connection had committed is not known; what the caller does then is safe to repeat.
      else if (!(error instanceof DatabaseError)) for (const entry of batch) entry.reject(error)
      else for (const entry of batch) await write([entry])
    }
  }

  function fail(entry: Waiting, error: unknown): void {
    if (!isLocked(error)) {
      entry.reject(error)
      return
    }
    putAside.push(entry)
    if (waitingAlone < MAX_WAITING_ALONE) void waitAlone()
  }

  async function waitAlone(): Promise<void> {
    waitingAlone += 1
    for (let entry = putAside.shift(); entry !== undefined; entry = putAside.shift()) {
      const { event, resolve, reject } = entry
      await publishTogether([event], null).then(([published]) => resolve(published!), reject)
    }
    waitingAlone -= 1
  }

  return {
    publish: (event) =>
      new Promise((resolve, reject) => {
        waiting.push({ event, resolve, reject })
        if (writers === 0 || (writers < MAX_WRITERS && waiting.length >= WORTH_A_WRITER)) void writeAll()
      }),
  }
}
