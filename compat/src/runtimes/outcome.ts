/** What a set of checks came to: plain JSON, as a guest hands it to the host. */
export interface Outcome {
  readonly passed: number
  /** One line for each check that failed. */
  readonly failures: readonly string[]
  readonly excused: readonly Excuse[]
}

/** A check that fails as an exception says, or would at times. */
export interface Excuse {
  readonly check: string
  readonly reason: string
}

/** What the vectors came to. */
export interface VectorOutcome extends Outcome {
  /** The build of `#crypto` that was loaded; undefined where nothing was. */
  readonly crypto: CryptoBuild | undefined
}

/** A build of `#crypto`: on `node:crypto` or on WebCrypto. */
export type CryptoBuild = 'node' | 'web'
