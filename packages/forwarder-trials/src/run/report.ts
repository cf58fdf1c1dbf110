import { styleText } from 'node:util'

/** What a trial has to say. */
export interface Report {
  readonly title: string
  /** Every row has the same columns. */
  readonly rows: readonly Readonly<Record<string, string>>[]
  /** What was counted, by what it is; nested for what has parts. */
  readonly counts: Readonly<Record<string, Counted>>
  /** Every promise that was broken, in sentences. */
  readonly broken: readonly string[]
}

/** A figure, or several by name. */
export type Counted = number | string | Readonly<Record<string, number>>

const mostShown = 30

/** The report as a table and lines for people, or as one JSON object. */
export function formatReport(report: Report, json: boolean): string {
  return json ? toJson(report) : toText(report)
}

function toJson({ title, rows, counts, broken }: Report): string {
  return `${JSON.stringify({ title, kept: broken.length === 0, broken, counts, rows }, null, 2)}\n`
}

// styleText leaves out the colors where stdout is no terminal.
function toText({ title, rows, counts, broken }: Report): string {
  const shown = broken.slice(0, mostShown)
  const more = broken.length - shown.length
  const lines = [
    '',
    styleText('bold', title),
    ...(rows.length === 0 ? [] : ['', ...table(rows)]),
    '',
    ...Object.entries(counts).map(([name, counted]) => `${name}: ${words(counted)}`),
    '',
    ...shown.map((line) => styleText('red', `BROKEN  ${line}`)),
    ...(more > 0 ? [styleText('red', `BROKEN  and ${more} more; --json lists all.`)] : []),
    broken.length === 0
      ? styleText('green', 'Every promise was kept.')
      : styleText('red', `Promises broken: ${broken.length}.`),
  ]
  return `${lines.join('\n')}\n`
}

function words(counted: Counted): string {
  if (typeof counted === 'string') return counted
  if (typeof counted === 'number') return counted.toLocaleString('en')
  const parts = Object.entries(counted).filter(([, count]) => count !== 0)
  if (parts.length === 0) return 'none'
  return parts.map(([name, count]) => `${name} ${count.toLocaleString('en')}`).join(', ')
}

function table(rows: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {})
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((c) => row[c] ?? '')),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)))
  return cells.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

/** Adds one to a count by name. */
export function countUp(counts: Record<string, number>, name: string, by = 1): void {
  counts[name] = (counts[name] ?? 0) + by
}

/** The value below which a share of the others is; `NaN` of none. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
