import type { ConformanceCheck } from './conformance-check.ts'
import { checksFor } from './conformance-checks.ts'
import { runCheck, type Verdict } from './run-check.ts'
import type { Subject } from './subject.ts'

/** What a check found on a subject. */
export interface CheckResult {
  readonly check: ConformanceCheck
  readonly verdict: Verdict
}

/** Starts a subject, and runs every check on it. */
export async function runSubject(subject: Subject): Promise<readonly CheckResult[]> {
  const server = await subject.start()
  try {
    const results: CheckResult[] = []
    for (const check of checksFor(subject)) {
      results.push({ check, verdict: await runCheck(check, server, subject.exceptions) })
    }
    return results
  } finally {
    await server.close()
  }
}
