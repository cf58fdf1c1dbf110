import type { Exceptions, Subject } from '../../../packages/webhooks-conformance/src/subject.ts'
import type { CryptoBuild, Outcome, VectorOutcome } from './outcome.ts'

/** Something that runs JavaScript. */
export interface Runtime {
  /** What `--only` selects by, and the first word of `name`. */
  readonly family: string
  readonly name: string
  /** The build of `#crypto` that has to be loaded there. */
  readonly crypto: CryptoBuild
  /**
   * Finds the program.
   *
   * @throws {Error} that says how to get it.
   */
  readonly locate: () => Promise<string>
  /** The version that the program says it has. */
  readonly version: (program: string) => Promise<string>
  /** Puts all vectors to the core. */
  readonly runVectors: (site: Site) => Promise<VectorOutcome>
  /** The servers on it that have to conform; the name is that of the adapter. */
  readonly subjects: (site: Site) => readonly RuntimeSubject[]
  /** The contract of dedupe stores, for each store that is tried there. */
  readonly stores: (site: Site) => readonly StoreRun[]
}

/** A server on a runtime. */
export interface RuntimeSubject extends Subject {
  /** Checks that sometimes pass and sometimes fail there: left out, for a reason. */
  readonly unsteady?: Exceptions
}

/** A store on a runtime. */
export interface StoreRun {
  readonly name: string
  readonly run: () => Promise<Outcome>
}

/** Where a runtime is tried. */
export interface Site {
  /** The located program. */
  readonly program: string
  /** The folder with the compiled guests, in which the core is installed. */
  readonly directory: string
}
