/** What a set of checks came to, as a guest hands it to the host: plain JSON. */
export interface Outcome {
  readonly passed: number
  /** One line for each check that failed. */
  readonly failures: readonly string[]
  /** What else is to be told, such as the version of the runtime. */
  readonly facts: Readonly<Record<string, string>>
}
