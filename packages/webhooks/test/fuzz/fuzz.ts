import * as fc from 'fast-check'
import { casePlan } from './plan.ts'
import { type Implementation, runCase, type Tally } from './run-case.ts'

/** How much to fuzz. */
export interface FuzzOptions {
  readonly seed: number
  /** At least so many requests, unless something is found. */
  readonly requests: number
  /** Whether to look for the smallest case of a finding. Default: true. */
  readonly shrinks?: boolean
}

/** What fuzzing came to. */
export interface FuzzResult {
  readonly requests: number
  /** How many were answered how. */
  readonly answers: Tally
  /** What was found, with the smallest case that shows it; `undefined` when nothing was. */
  readonly finding: string | undefined
}

/** Fuzzes receivers until one misbehaves, or until it has seen enough requests. */
export async function fuzz(implementation: Implementation, options: FuzzOptions): Promise<FuzzResult> {
  const answers: Tally = new Map()
  let requests = 0
  const property = fc.asyncProperty(casePlan, async (plan) => {
    requests += plan.requests.length
    await runCase(plan, implementation, answers)
  })
  const perRun = 32
  const details = await fc.check(property, {
    seed: options.seed,
    numRuns: Math.ceil(options.requests / perRun),
    endOnFailure: options.shrinks === false,
  })
  const finding = details.failed
    ? `${String(details.errorInstance)}\n${fc.defaultReportMessage(details)}`
    : undefined
  return { requests, answers, finding }
}
