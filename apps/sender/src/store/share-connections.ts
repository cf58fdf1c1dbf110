/** How many connections each part of a sender may open. */
export interface ConnectionShares {
  /** Answering requests; 0 without the role. */
  readonly api: number
  /** Claiming and settling; 0 without the role. */
  readonly dispatcher: number
  /** Maintenance tasks; 0 without the role `dispatcher`. */
  readonly tasks: number
  /** Readiness and metrics. */
  readonly operations: number
}

// A dispatcher waits for one claim, two settlements, and now and then for leases and lanes; more would lie idle.
const DISPATCHER_NEEDS = 6

/**
 * Shares `total` connections, at least 4, between the parts of a process, so that none can starve another: a storm of
 * requests leaves the dispatcher its own, and a long task leaves readiness its own.
 */
export function shareConnections(total: number, roles: readonly string[]): ConnectionShares {
  const isApi = roles.includes('api')
  const isDispatcher = roles.includes('dispatcher')
  const operations = total >= 8 ? 2 : 1
  const tasks = isDispatcher ? (total >= 12 ? 3 : 1) : 0
  const rest = total - operations - tasks
  if (!isDispatcher) return { api: rest, dispatcher: 0, tasks, operations }
  if (!isApi) return { api: 0, dispatcher: rest, tasks, operations }
  const dispatcher = Math.min(DISPATCHER_NEEDS, Math.floor(rest / 2))
  return { api: rest - dispatcher, dispatcher, tasks, operations }
}
