import { checksFor } from '../../../packages/webhooks-conformance/src/conformance-checks.ts'
import { runCheck } from '../../../packages/webhooks-conformance/src/run-check.ts'
import type { RunningServer } from '../../../packages/webhooks-conformance/src/subject.ts'
import type { Pool } from '../create-pool.ts'
import type { CryptoBuild, Excuse, Outcome, VectorOutcome } from './outcome.ts'
import type { Runtime, RuntimeSubject, Site } from './runtime.ts'

/** What one runtime came to. */
export interface RuntimeResult {
  readonly name: string
  /** Undefined where the runtime is not there. */
  readonly version: string | undefined
  /** The build of `#crypto` that was loaded. */
  readonly crypto: CryptoBuild | undefined
  /** By name; a suite that the runtime does not run is left out. */
  readonly suites: Readonly<Record<string, Outcome>>
  /** Why the runtime is not there. */
  readonly missing: string | undefined
}

/**
 * Runs all that is to be run on one runtime, with the guests in `directory`.
 *
 * @param pool for what keeps the processor busy; the stores' contract waits most of its time.
 */
export async function runRuntime(runtime: Runtime, directory: string, pool: Pool): Promise<RuntimeResult> {
  const { name } = runtime
  let program: string
  let version: string
  try {
    program = await runtime.locate()
    version = await runtime.version(program)
  } catch (error) {
    return { name, version: undefined, crypto: undefined, suites: {}, missing: messageOf(error) }
  }
  const site = { program, directory }
  const stores = runtime.stores(site).map(async (store) => [store.name, await settled(store.run)] as const)
  const vectors = await pool(() => runVectors(runtime, site))
  const conformance = runtime
    .subjects(site)
    .map(async (subject) => [subject.name, await pool(() => settled(() => runConformance(subject)))] as const)
  const others = await Promise.all([...conformance, ...stores])
  const suites = Object.fromEntries([['vectors', vectors], ...others])
  return { name, version, crypto: vectors.crypto, suites, missing: undefined }
}

/** Which build of `#crypto` was loaded is a check too. */
async function runVectors(runtime: Runtime, site: Site): Promise<VectorOutcome> {
  try {
    const outcome = await runtime.runVectors(site)
    if (outcome.crypto === runtime.crypto) return { ...outcome, passed: outcome.passed + 1 }
    const failure = `the build of #crypto is ${outcome.crypto}, expected ${runtime.crypto}`
    return { ...outcome, failures: [...outcome.failures, failure] }
  } catch (error) {
    return { ...brokenOff(error), crypto: undefined }
  }
}

async function settled(run: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await run()
  } catch (error) {
    return brokenOff(error)
  }
}

function brokenOff(error: unknown): Outcome {
  return { passed: 0, failures: [messageOf(error)], excused: [] }
}

async function runConformance(subject: RuntimeSubject): Promise<Outcome> {
  const server = await subject.start()
  try {
    return await runChecks(subject, server)
  } finally {
    await server.close()
  }
}

async function runChecks(subject: RuntimeSubject, server: RunningServer): Promise<Outcome> {
  const { exceptions = {}, unsteady = {} } = subject
  const checks = checksFor(subject)
  const failures = Object.keys({ ...exceptions, ...unsteady })
    .filter((name) => checks.every((check) => check.name !== name))
    .map((name) => `there is no check for the exception "${name}"`)
  const excused: Excuse[] = []
  let passed = 0
  for (const check of checks) {
    const title = `${check.requirement}: ${check.name}`
    if (Object.hasOwn(unsteady, check.name)) {
      excused.push({ check: title, reason: unsteady[check.name]! })
      continue
    }
    const verdict = await runCheck(check, server, exceptions)
    switch (verdict.kind) {
      case 'passed':
        passed += 1
        break
      case 'excused':
        excused.push({ check: title, reason: verdict.reason })
        break
      case 'stale':
        failures.push(`${title}: passes in spite of its exception`)
        break
      case 'failed':
        failures.push(`${title}: ${verdict.error.message}`)
    }
  }
  return { passed, failures, excused }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
