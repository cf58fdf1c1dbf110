import type { Alert } from './alert.ts'
import type { Memory } from './memory.ts'
import type { Reading } from './reading.ts'

/** What an event means, and what is remembered of it. */
export interface Interpretation {
  /** In the order in which they are to be told: what ends first, news last. */
  readonly readings: readonly Reading[]
  readonly memory: Memory
  /**
   * Why there is no reading; only where there is none. `newer_event_known`: a newer scan or score is known.
   * `unchanged`: the score is as it was, or not different enough.
   */
  readonly reason?: 'newer_event_known' | 'unchanged'
}

/** Reads which controls are open; one that is open at several targets may come several times. */
export type OpenControls = () => readonly Alert[]
