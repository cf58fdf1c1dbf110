/** Work that has to be done now and then by some process: dropping old days, expiring keys, going on with jobs. */
export interface Task {
  /** Stands in the log and in metrics. */
  readonly name: string
  /** How long after one run the next begins, in milliseconds. */
  readonly everyMs: number
  /**
   * Does what is due, in steps that are each safe to repeat, and ends soon after `signal` aborts. One process at a
   * time runs it; a failure is logged, and the next run tries again.
   *
   * @returns whether there is more to do right now, so that the next run begins at once.
   */
  run(signal: AbortSignal): Promise<boolean>
}
