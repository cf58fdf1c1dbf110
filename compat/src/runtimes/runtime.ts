import type { Outcome } from './outcome.ts'

/** Something that runs JavaScript. */
export interface Runtime {
  /** What `--only` selects by, and the first word of `name`. */
  readonly family: string
  readonly name: string
  /** The build of `#crypto` that has to be loaded there. */
  readonly crypto: 'node' | 'web'
  /**
   * The program, once it was made sure that it is there.
   *
   * @throws {Error} that says how to get it.
   */
  readonly locate: () => Promise<string>
  /** The version that a located program says it has. */
  readonly version: (program: string) => Promise<string>
  /** Puts all vectors to the core that is installed in `directory`. */
  readonly runVectors: (program: string, directory: string) => Promise<Outcome>
}
