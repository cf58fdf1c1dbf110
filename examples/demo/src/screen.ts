import { styleText } from 'node:util'

/** What happened; each kind has its color. */
export type Happening = 'subscribed' | 'published' | 'attempted' | 'handled' | 'failed'

const colors = {
  subscribed: 'cyan',
  published: 'blue',
  attempted: 'gray',
  handled: 'green',
  failed: 'yellow',
} as const

const KIND_WIDTH = 10
const WHO_WIDTH = 8

/** Prints the heading of what comes next. */
export function title(text: string): void {
  process.stdout.write(`\n${styleText('bold', text)}\n`)
}

/** Prints one line: when, what kind of thing, where, what. */
export function say(kind: Happening, who: string, what: string): void {
  const time = new Date().toISOString().slice(11, 23)
  const label = styleText(colors[kind], kind.padEnd(KIND_WIDTH))
  process.stdout.write(`${styleText('dim', time)}  ${label}  ${who.padEnd(WHO_WIDTH)}  ${what}\n`)
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
  process.stdout.write(`${styleText('bold', line(header))}\n`)
  for (const row of rows) process.stdout.write(`${line(row)}\n`)
}
