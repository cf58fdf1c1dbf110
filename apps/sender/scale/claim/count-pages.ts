import { openDatabase } from '../../src/store/database.ts'

/**
 * How many pages each statement that `use` executes touches, in memory or on disk. Unlike its time, that does not
 * depend on what else the machine does.
 */
export async function countPages(
  connectionString: string,
  use: (pool: ReturnType<typeof openDatabase>['pool']) => Promise<unknown>,
): Promise<readonly number[]> {
  const pages: number[] = []
  const database = openDatabase({ connectionString, maxConnections: 1 })
  const { pool } = database
  pool.on('connect', (client) =>
    client.on('notice', ({ message = '' }) => {
      const json = /^duration: .* plan:\n(.*)$/s.exec(message)?.[1]
      if (json === undefined) return
      const { Plan: plan } = JSON.parse(json)
      pages.push(plan['Shared Hit Blocks'] + plan['Shared Read Blocks'])
    }),
  )
  await pool.query(`
    load 'auto_explain';
    set auto_explain.log_min_duration = 0;
    set auto_explain.log_analyze = on;
    set auto_explain.log_timing = off;
    set auto_explain.log_buffers = on;
    set auto_explain.log_format = json;
    set client_min_messages = log`)
  pages.length = 0
  await use(pool)
  await database.close()
  return pages
}
