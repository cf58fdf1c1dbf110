import { checksFor } from '../conformance-checks.ts'
import { runSubject } from '../run-subject.ts'
import { checksAgainst, type Flaw } from './flaw.ts'
import { flawedSubject } from './flawed-subject.ts'

/** Which checks a flaw failed, and which it had to. */
export interface FlawResult {
  readonly failed: readonly string[]
  readonly expected: readonly string[]
}

/** Runs the suite on a receiver that is right but for one mistake. */
export async function findFlaw(flaw: Flaw): Promise<FlawResult> {
  const subject = flawedSubject(flaw)
  const results = await runSubject(subject)
  const failed = results.filter(({ verdict }) => verdict.kind !== 'passed').map(({ check }) => check.name)
  return { failed, expected: checksAgainst(flaw, checksFor(subject)) }
}
