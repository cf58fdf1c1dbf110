import type { Table } from './table.ts'

/** Something that is measured beside its peers in one run. */
export interface Benchmark {
  /** What is measured, in a line. */
  readonly description: string
  run(options: RunOptions): Promise<BenchmarkResult>
}

/** How much to measure. */
export interface RunOptions {
  /** Rounds that count; each benchmark has its own default. */
  readonly rounds: number | undefined
  /** As little as shows that everything works. */
  readonly isQuick: boolean
  /** Where an embedded PostgreSQL keeps its data; a temporary directory if absent. */
  readonly dataDirectory: string | undefined
  /** Sender processes that share the work. */
  readonly senders: number
}

/** What was measured. */
export interface BenchmarkResult {
  /** About the run itself, each in a line: versions, settings. */
  readonly facts: readonly string[]
  readonly tables: readonly Table[]
  /** Every single measurement, as JSON. */
  readonly measurements: unknown
}
