/**
 * Lines of columns, for a person or for another program: on a terminal aligned and under their names, elsewhere one row a
 * line with tabs between, so that `cut` and `while read` can take them.
 *
 * @param rows each as long as `names`; values hold neither tabs nor line breaks.
 */
export function formatTable(
  names: readonly string[],
  rows: readonly (readonly string[])[],
  isTerminal: boolean,
): string {
  if (!isTerminal) return rows.map((row) => `${row.join('\t')}\n`).join('')
  const lines = [names, ...rows]
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)))
  return lines
    .map(
      (line) =>
        `${line
          .map((value, column) => value.padEnd(widths[column] ?? 0))
          .join('  ')
          .trimEnd()}\n`,
    )
    .join('')
}
