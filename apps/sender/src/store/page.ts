/** A page of records, newest first, and where the next one starts. */
export interface Page<T> {
  readonly items: readonly T[]
  /** The id after which the next page begins; `undefined` on the last page. */
  readonly next: string | undefined
}

/** Cuts what was read with `limit + 1` to a page. */
export function toPage<T extends { readonly id: string }>(rows: readonly T[], limit: number): Page<T> {
  const items = rows.slice(0, limit)
  return { items, next: rows.length > limit ? items.at(-1)?.id : undefined }
}
