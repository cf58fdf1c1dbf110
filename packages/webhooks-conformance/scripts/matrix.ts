import { parseArgs } from 'node:util'
import { findFlaw } from '../src/flawed/find-flaw.ts'
import { flaws } from '../src/flawed/flaws.ts'
import { type CheckResult, runSubject } from '../src/run-subject.ts'
import { subjects } from '../src/subjects/subjects.ts'
import {
  type FlawRow,
  printExceptions,
  printFlaws,
  printRequirements,
  printSubjects,
  type SubjectRow,
} from './print-matrix.ts'

const usage = `Runs the conformance suite on every adapter, and on receivers with a flaw each.

  --json     print JSON
  --no-flaws leave out the flawed receivers
`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    flaws: { type: 'boolean', default: true },
    help: { type: 'boolean', default: false },
  },
  allowNegative: true,
})
if (values.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const rows: SubjectRow[] = []
  for (const subject of subjects) rows.push({ subject, results: await runSubject(subject) })
  const flawRows: FlawRow[] = []
  for (const flaw of values.flaws ? flaws : []) flawRows.push({ flaw, ...(await findFlaw(flaw)) })

  if (values.json) process.stdout.write(`${JSON.stringify(toJson(rows, flawRows), null, 2)}\n`)
  else {
    printSubjects(rows)
    printExceptions(rows)
    printRequirements(rows, flawRows)
    if (values.flaws) printFlaws(flawRows)
  }
  const conforms = rows.every(({ results }) => results.every(({ verdict }) => isFine(verdict.kind)))
  if (!conforms || flawRows.some(({ failed, expected }) => failed.join() !== expected.join())) {
    process.exitCode = 1
  }
}

function isFine(kind: CheckResult['verdict']['kind']): boolean {
  return kind === 'passed' || kind === 'excused'
}

function toJson(rows: readonly SubjectRow[], flawRows: readonly FlawRow[]): object {
  return {
    subjects: rows.map(({ subject, results }) => ({
      name: subject.name,
      checks: results.map(({ check, verdict }) => ({
        requirement: check.requirement,
        name: check.name,
        verdict: verdict.kind,
        ...('reason' in verdict && { reason: verdict.reason }),
        ...('error' in verdict && { error: verdict.error.message }),
      })),
    })),
    flaws: flawRows.map(({ flaw, failed, expected }) => ({ name: flaw.name, failed, expected })),
  }
}
