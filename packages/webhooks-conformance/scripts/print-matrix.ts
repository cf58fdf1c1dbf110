import type { FlawResult } from '../src/flawed/find-flaw.ts'
import type { Flaw } from '../src/flawed/flaw.ts'
import type { CheckResult } from '../src/run-subject.ts'
import type { Subject } from '../src/subject.ts'

/** What the suite found on a subject. */
export interface SubjectRow {
  readonly subject: Subject
  readonly results: readonly CheckResult[]
}

/** What the suite found of a flaw. */
export interface FlawRow extends FlawResult {
  readonly flaw: Flaw
}

type Kind = CheckResult['verdict']['kind']

const kinds = ['passed', 'excused', 'failed', 'stale'] as const satisfies readonly Kind[]

/** Prints how many checks each subject passed. */
export function printSubjects(rows: readonly SubjectRow[]): void {
  printTable(
    ['server', ...kinds],
    rows.map(({ subject, results }) => [subject.name, ...kinds.map((kind) => String(count(results, kind)))]),
  )
  for (const { subject, results } of rows) {
    for (const { check, verdict } of results) {
      if (verdict.kind === 'failed') print(`${subject.name}: ${check.name}: ${verdict.error.message}`)
      if (verdict.kind === 'stale') print(`${subject.name}: ${check.name} passes: ${verdict.reason}`)
    }
  }
}

/** Prints what the subjects cannot do, and why. */
export function printExceptions(rows: readonly SubjectRow[]): void {
  const excused = rows.flatMap(({ subject, results }) =>
    results.flatMap(({ check, verdict }) =>
      verdict.kind === 'excused' ? [{ subject: subject.name, name: check.name, reason: verdict.reason }] : [],
    ),
  )
  for (const [reason, cases] of Map.groupBy(excused, ({ reason }) => reason)) {
    print(`\n${reason}`)
    for (const [name, of] of Map.groupBy(cases, ({ name }) => name)) {
      print(`  ${name}: ${of.map(({ subject }) => subject).join('; ')}`)
    }
  }
}

/** Prints how many checks each requirement has, how they went, and by how many flaws they are proven. */
export function printRequirements(rows: readonly SubjectRow[], flawRows: readonly FlawRow[]): void {
  const results = rows.flatMap((row) => row.results)
  print('')
  printTable(
    ['requirement', 'checks', ...kinds, 'flaws found'],
    [...Map.groupBy(results, ({ check }) => check.requirement)].map(([requirement, of]) => {
      const names = new Set(of.map(({ check }) => check.name))
      const found = flawRows.filter(({ failed }) => failed.some((name) => names.has(name)))
      return [requirement, ...[names.size, ...kinds.map((kind) => count(of, kind)), found.length].map(String)]
    }),
  )
}

/** Prints which checks found each flaw. */
export function printFlaws(rows: readonly FlawRow[]): void {
  print('')
  printTable(
    ['a receiver that', 'fails', 'as it must', 'such as'],
    rows.map(({ flaw, failed, expected }) => [
      flaw.name,
      String(failed.length),
      failed.join() === expected.join() ? 'exactly' : 'NO',
      failed[0] ?? '',
    ]),
  )
  for (const { flaw, failed, expected } of rows) {
    for (const name of failed.filter((name) => !expected.includes(name))) print(`${flaw.name}, too: ${name}`)
    for (const name of expected.filter((name) => !failed.includes(name))) print(`${flaw.name}, not: ${name}`)
  }
}

function count(results: readonly CheckResult[], kind: Kind): number {
  return results.filter(({ verdict }) => verdict.kind === kind).length
}

function printTable(head: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = head.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? '').length)),
  )
  for (const row of [head, widths.map((width) => '-'.repeat(width)), ...rows]) {
    print(
      row
        .map((cell, column) => align(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
  }
}

function align(cell: string, width: number): string {
  return /^\d+$/.test(cell) ? cell.padStart(width) : cell.padEnd(width)
}

function print(line: string): void {
  process.stdout.write(`${line}\n`)
}
