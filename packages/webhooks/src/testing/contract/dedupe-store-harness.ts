import type { DedupeStore } from '../../receive/dedupe-store.ts'

/**
 * What the contract suite needs to try a store. Give each run of the suite records of its own, such as a new table or a
 * prefix.
 */
export interface DedupeStoreHarness {
  /** Opens another client on the same records, as another process would have. The suite closes nothing. */
  open(): Promise<DedupeStore>
  /** Lets time pass for the store, besides what passes by itself. Without it the suite waits. */
  advance?(ms: number): void | Promise<void>
  /**
   * Sets the wall clock of this process off by `ms` from the right time, or right again with 0. Without it the suite
   * replaces `Date.now`.
   */
  skewClock?(ms: number): void
  /** Makes the store unreachable for all clients that are open. */
  breakStore?(): void | Promise<void>
  /** Ends that. Resolves once the clients that were open before can be used again. */
  repairStore?(): void | Promise<void>
  /** What the random check starts from: a number, for the same run again. Default: another each time. */
  readonly seed?: number
  /**
   * What the store cannot do: a reason for each check, by its name, that fails for that. An exception fails the suite
   * once its check passes.
   */
  readonly exceptions?: Readonly<Record<string, string>>
}

/** One thing that every store does. */
export interface DedupeStoreCheck {
  /** A sentence about what the store does. */
  readonly name: string
  /** Resolves when the store does it; rejects with an `Error` that says what was expected and what was seen. */
  readonly run: (harness: DedupeStoreHarness) => Promise<void>
}
