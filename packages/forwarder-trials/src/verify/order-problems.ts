import { DatabaseSync } from 'node:sqlite'

/** Where people were told of one condition in another order than it was decided in. */
export function orderProblems(ledgerPath: string): readonly string[] {
  const database = new DatabaseSync(ledgerPath, { readOnly: true })
  try {
    const told = database
      .prepare(
        `SELECT step.target, step.key, step.seq, min(entry.seq) AS told FROM step
         JOIN entry ON entry.event_id = step.event_id AND entry.target = step.target AND entry.key = step.key
          AND entry.action = step.action AND entry.operation IS NOT NULL AND entry.result IN ('done', 'found', 'ambiguous')
         GROUP BY step.id ORDER BY step.target, step.key, step.seq`,
      )
      .all()
    return told.flatMap((row, index) => {
      const before = told[index - 1]
      const isSame = before?.['target'] === row['target'] && before?.['key'] === row['key']
      const isOrdered = !isSame || Number(before?.['told']) < Number(row['told'])
      return isOrdered
        ? []
        : [`${String(row['key'])} was told of step ${String(row['seq'])} before an earlier one.`]
    })
  } finally {
    database.close()
  }
}
