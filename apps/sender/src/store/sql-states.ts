// PostgreSQL's codes.
const LOCK_NOT_AVAILABLE = '55P03'
const QUERY_CANCELED = '57014'

/** Whether a statement waited for a lock for longer than it may. */
export function isLocked(error: unknown): boolean {
  return sqlStateOf(error) === LOCK_NOT_AVAILABLE
}

/** Whether a statement waited, or worked, for longer than it may, or was canceled by an operator. */
export function isTimedOut(error: unknown): boolean {
  return isLocked(error) || sqlStateOf(error) === QUERY_CANCELED
}

/** Whether it comes again however often it is tried: a data exception, or a violated constraint. */
export function isRefusal(error: unknown): boolean {
  return /^2[23]\w{3}$/.test(sqlStateOf(error) ?? '')
}

// The five characters by which PostgreSQL names an error; `undefined` for an error of another kind.
function sqlStateOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
