import type { Pool } from 'pg'
import { openDatabase } from '../../../src/store/database.ts'

/** The part of PostgreSQL's JSON plans that is looked at. */
export interface PlanNode {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Index Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Rows Removed by Index Recheck'?: number
  readonly Plans?: readonly PlanNode[]
}

/** Whether a statement is planned for its values, as its first five times, or for any, as perhaps from then on. */
export type PlanMode = 'force_custom_plan' | 'force_generic_plan'

/**
 * Runs `use` and returns every node of every plan that was executed, those inside of functions too. What it wrote is
 * there afterwards.
 */
export async function explain(
  connectionString: string,
  mode: PlanMode,
  use: (pool: Pool) => Promise<unknown>,
): Promise<readonly PlanNode[]> {
  const plans: PlanNode[] = []
  const database = openDatabase({ connectionString, maxConnections: 1 })
  const { pool } = database
  pool.on('connect', (client) =>
    client.on('notice', ({ message = '' }) => {
      const json = /^duration: .* plan:\n(.*)$/s.exec(message)?.[1]
      if (json !== undefined) plans.push(...flatten(JSON.parse(json).Plan))
    }),
  )
  await pool.query(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_nested_statements = on;
    set auto_explain.log_format = json;
    set client_min_messages = log;
    set plan_cache_mode = ${mode}`)
  plans.length = 0
  await use(pool)
  await database.close()
  return plans
}

function flatten(node: PlanNode): readonly PlanNode[] {
  return [node, ...(node.Plans ?? []).flatMap(flatten)]
}

/** Rows that a node looked at, in all its loops. */
export function rowsRead(node: PlanNode): number {
  return (
    (node['Actual Rows'] +
      (node['Rows Removed by Filter'] ?? 0) +
      (node['Rows Removed by Index Recheck'] ?? 0)) *
    node['Actual Loops']
  )
}

/** The nodes that read a table, or one of its partitions, and found or looked at anything. */
export function readsOf(nodes: readonly PlanNode[], table: string): readonly PlanNode[] {
  const isOfTable = new RegExp(`^${table}(_\\d{8})?$`)
  return nodes.filter(
    (node) =>
      isOfTable.test(node['Relation Name'] ?? '') &&
      node['Node Type'].includes('Scan') &&
      node['Actual Loops'] > 0,
  )
}
