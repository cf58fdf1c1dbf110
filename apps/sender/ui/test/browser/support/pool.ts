import { Pool } from 'pg'
import { inject } from 'vitest'

let opened: Pool | undefined

/** Connections to the stage's database, for what only time or an operator could bring about. */
export function pool(): Pool {
  opened ??= new Pool({ connectionString: inject('stage').databaseUrl, max: 2, allowExitOnIdle: true })
  return opened
}
