/** A table to print. */
export interface Table {
  readonly title: string
  readonly columns: readonly string[]
  /** A cell for each column; the first one names the row. */
  readonly rows: readonly (readonly string[])[]
}

/** Lays a table out in columns: names on the left, figures on the right. */
export function formatTable({ title, columns, rows }: Table): string {
  const lines = [columns, ...rows]
  const widths = columns.map((_, column) => Math.max(...lines.map((cells) => cells[column]?.length ?? 0)))
  const body = lines.map((cells) =>
    widths
      .map((width, column) => {
        const cell = cells[column] ?? ''
        return column === 0 ? cell.padEnd(width) : cell.padStart(width)
      })
      .join('   ')
      .trimEnd(),
  )
  return [title, '-'.repeat(title.length), ...body].join('\n')
}

/** A count, with separators. */
export function formatCount(value: number): string {
  return Math.round(value).toLocaleString('en-US')
}
