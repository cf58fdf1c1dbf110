import { migrate as applyMigrations, planMigrations } from '../store/migrate.ts'
import { type CommandResult, runCommand } from './run-command.ts'

/** What `sender migrate` was asked for. */
export interface MigrateOptions {
  readonly dryRun?: boolean
  readonly json?: boolean
}

/** `sender migrate`: brings the database's schema up to date, or only says what that would take. */
export function migrate({ dryRun = false, json = false }: MigrateOptions): Promise<never> {
  return runCommand(async (_open, database) => {
    const { pool } = await database.reach()
    if (!dryRun) return report(await applyMigrations(pool), [], { dryRun, json })
    const { missing, unknown } = await planMigrations(pool)
    return report(missing, unknown, { dryRun, json })
  })
}

function report(
  migrations: readonly string[],
  unknown: readonly string[],
  { dryRun, json }: Required<MigrateOptions>,
): CommandResult {
  const hasFailed = unknown.length > 0
  if (json) {
    const answer = { [dryRun ? 'would_apply' : 'applied']: migrations, ...(dryRun && { unknown }) }
    return { output: `${JSON.stringify(answer)}\n`, hasFailed }
  }
  const verb = dryRun ? 'Would apply' : 'Applied'
  const lines = [
    ...migrations.map((name) => `${verb} ${name}`),
    ...unknown.map((name) => `Unknown ${name}: the database is newer than this sender; run a newer one.`),
  ]
  if (lines.length === 0) lines.push('The database is up to date.')
  return { output: `${lines.join('\n')}\n`, hasFailed }
}
