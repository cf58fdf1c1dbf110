import type { LogRow } from '../table/log-row.ts'

/** Remembers what comes in live while something is read: the answer may be older than that. */
export interface ReceivedMeanwhile {
  /** Rows came in. */
  readonly note: (rows: readonly LogRow[]) => void
  /**
   * Reads something.
   *
   * @returns the answer, and the rows that came in since it was asked for. Rejects as `read` does.
   */
  readonly reading: <Answer>(read: () => Promise<Answer>) => Promise<ReadMeanwhile<Answer>>
}

/** An answer, and what has to be merged after it. */
export interface ReadMeanwhile<Answer> {
  readonly answer: Answer
  /** In the order in which they came in. */
  readonly received: readonly LogRow[]
}

/** With nothing being read yet, so that nothing is remembered. */
export function rememberReceived(): ReceivedMeanwhile {
  const readings = new Set<LogRow[]>()
  return {
    note(rows) {
      for (const received of readings) received.push(...rows)
    },
    async reading(read) {
      const received: LogRow[] = []
      readings.add(received)
      try {
        return { answer: await read(), received }
      } finally {
        readings.delete(received)
      }
    },
  }
}
