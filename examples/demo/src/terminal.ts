import { styleText } from 'node:util'
import { drawScreen } from './screens/draw-screen.ts'
import type { Screen } from './screens/screen.ts'

/** What happened; each kind has its color. */
export type LineKind = 'subscribed' | 'published' | 'delivered' | 'failed'

const colors = {
  subscribed: 'cyan',
  published: 'blue',
  delivered: 'green',
  failed: 'yellow',
} as const

const KIND_WIDTH = 10
const WHO_WIDTH = 9

/** Prints the heading of what comes next. */
export function title(text: string): void {
  print(`\n${styleText('bold', text)}`)
}

/** One line of what happened. */
export interface Line {
  readonly kind: LineKind
  /** Or where. */
  readonly who: string
  readonly what: string
  /** Default now. */
  readonly at?: Date
}

/** Prints it: when, what kind of thing, who, what. */
export function say({ kind, who, what, at = new Date() }: Line): void {
  const time = styleText('dim', at.toISOString().slice(11, 23))
  print(`${time}  ${styleText(colors[kind], kind.padEnd(KIND_WIDTH))}  ${who.padEnd(WHO_WIDTH)}  ${what}`)
}

/** Prints rows under a header, each column as wide as its widest cell. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const widths = header.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd()
  print(styleText('bold', line(header)))
  for (const row of rows) print(line(row))
}

/** Prints what a destination holds: in a frame as wide as the terminal, or as plain lines where there is none. */
export function show(screen: Screen): void {
  const columns = process.stdout.isTTY ? process.stdout.columns : undefined
  print(`\n${drawScreen(screen, { columns }).join('\n')}`)
}

/** Prints lines. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`)
}
