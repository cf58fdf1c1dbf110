import type { Outcome } from './outcome.ts'
import type { Runtime } from './runtime.ts'

/** What one runtime came to. */
export interface RuntimeResult {
  readonly name: string
  /** Undefined where the runtime is not there. */
  readonly version: string | undefined
  readonly crypto: string | undefined
  /** By name; a set that the runtime does not run is left out. */
  readonly suites: Readonly<Record<string, SuiteResult>>
  /** Why the runtime is not there. */
  readonly missing: string | undefined
}

/** What one set of checks came to on one runtime. */
export interface SuiteResult {
  readonly passed: number
  readonly failures: readonly string[]
}

/** Runs all that is to be run on one runtime. */
export async function runRuntime(runtime: Runtime, directory: string): Promise<RuntimeResult> {
  const { name } = runtime
  let program
  let version
  try {
    program = await runtime.locate()
    version = await runtime.version(program)
  } catch (error) {
    return { name, version, crypto: undefined, suites: {}, missing: String(error) }
  }
  const outcome = await attempt(() => runtime.runVectors(program, directory))
  const { crypto } = outcome.facts
  return {
    name,
    version,
    crypto,
    suites: { vectors: withCrypto(outcome, runtime.crypto) },
    missing: undefined,
  }
}

/** Which build of `#crypto` was loaded is a check too. */
function withCrypto({ passed, failures, facts }: Outcome, expected: string): SuiteResult {
  return facts['crypto'] === expected
    ? { passed: passed + 1, failures }
    : {
        passed,
        failures: [...failures, `the build of #crypto is ${facts['crypto']}, expected ${expected}`],
      }
}

async function attempt(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run()
  } catch (error) {
    return { passed: 0, failures: [error instanceof Error ? error.message : String(error)], facts: {} }
  }
}
