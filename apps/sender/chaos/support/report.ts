import { styleText } from 'node:util'

/** What a run has to say. */
export interface Report {
  readonly title: string
  /** One row for each round or sender; every row has the same columns. */
  readonly rows: readonly Readonly<Record<string, string>>[]
  /** What was found, in sentences. */
  readonly findings: readonly string[]
  /** Every promise that was broken, in sentences. */
  readonly broken: readonly string[]
  /** The figures for machines, with everything that is behind them. */
  readonly details: Readonly<Record<string, unknown>>
}

const MAX_BROKEN_SHOWN = 20

/** Prints a report on stdout: as a table, or as one JSON object. */
export function printReport(report: Report, json: boolean): void {
  process.stdout.write(json ? toJson(report) : toText(report))
}

function toJson({ title, broken, details }: Report): string {
  return `${JSON.stringify({ title, kept: broken.length === 0, broken, ...details }, null, 2)}\n`
}

// styleText leaves out the colors where stdout is no terminal.
function toText({ title, rows, findings, broken }: Report): string {
  const [header = '', ...lines] = table(rows)
  const shown = broken.slice(0, MAX_BROKEN_SHOWN)
  const more = broken.length - shown.length
  const text = [
    '',
    styleText('bold', title),
    '',
    styleText('bold', header),
    ...lines,
    '',
    ...findings,
    ...shown.map((line) => styleText('red', `BROKEN  ${line}`)),
    ...(more > 0 ? [styleText('red', `BROKEN  and ${more} more; --json lists all.`)] : []),
    broken.length === 0
      ? styleText('green', 'Every promise was kept.')
      : styleText('red', `Promises broken: ${broken.length}.`),
  ]
  return `${text.join('\n')}\n`
}

function table(rows: readonly Readonly<Record<string, string>>[]): readonly string[] {
  const columns = Object.keys(rows[0] ?? {})
  const cells = [
    columns.map((name) => name.toUpperCase()),
    ...rows.map((row) => columns.map((c) => row[c] ?? '')),
  ]
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)))
  return cells.map((line) => line.map((cell, index) => cell.padStart(widths[index] ?? 0)).join('  '))
}

/** `12,345` */
export function count(value: number): string {
  return value.toLocaleString('en')
}

/** `18.02 s` */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2)} s`
}
