/** What the API shows in place of a credential. */
export const MASK = '********'

/** A custom header as it is edited. */
export interface HeaderRow {
  readonly key: string
  /**
   * `kept`: as it is stored; its value may be a mask. `replaced`: is there, and gets another value. `new`: is not there
   * yet.
   */
  readonly kind: 'kept' | 'replaced' | 'new'
  readonly name: string
  readonly value: string
}

/** The headers that a subscription has, to be edited. */
export function headerRows(headers: Readonly<Record<string, string>>): readonly HeaderRow[] {
  return Object.entries(headers).map(([name, value]) => ({
    key: `stored ${name}`,
    kind: 'kept',
    name,
    value,
  }))
}

/** The headers to set, and with `null` those to remove; what stays as it is, masks too, is left out. */
export function headerChanges(
  rows: readonly HeaderRow[],
  before: Readonly<Record<string, string>>,
): Record<string, string | null> {
  const entered = rows.map((row) => ({ ...row, name: row.name.trim().toLowerCase() }))
  const removed = Object.keys(before).filter((name) => !entered.some((row) => row.name === name))
  const set = entered.filter(
    ({ kind, name, value }) => kind !== 'kept' && name !== '' && (kind === 'new' || value !== before[name]),
  )
  return Object.fromEntries([
    ...removed.map((name) => [name, null] as const),
    ...set.map(({ name, value }) => [name, value] as const),
  ])
}

/** What is wrong with a row before it is sent; the API judges names and values. */
export type RowProblem = 'name_missing' | 'value_missing' | 'name_repeated'

/** What is wrong with rows, by their keys. Rows of which nothing was entered are right. */
export function checkHeaderRows(rows: readonly HeaderRow[]): ReadonlyMap<string, RowProblem> {
  const names = new Set<string>()
  const problems = new Map<string, RowProblem>()
  for (const { key, kind, name, value } of rows) {
    const lowerCase = name.trim().toLowerCase()
    if (kind === 'new' && lowerCase === '' && value === '') continue
    if (lowerCase === '') problems.set(key, 'name_missing')
    else if (value === '') problems.set(key, 'value_missing')
    else if (names.has(lowerCase)) problems.set(key, 'name_repeated')
    names.add(lowerCase)
  }
  return problems
}
