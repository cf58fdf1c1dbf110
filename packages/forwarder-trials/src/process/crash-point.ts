import { DatabaseSync, StatementSync } from 'node:sqlite'
import { isCrashWindow } from './crash-windows.ts'

/*
 * Loaded into a forwarder before anything else (`node --import`), it ends the process with SIGKILL at one exact place of its
 * work, chosen by the variable TRIAL_CRASH_AT: the name of a window, a colon, and the how manieth time. Nothing else changes.
 */

const [window = '', nth = '1'] = (process.env['TRIAL_CRASH_AT'] ?? '').split(':')
if (isCrashWindow(window)) arm(window, Number(nth))

function arm(window: string, nth: number): void {
  let left = nth
  const seen = new WeakMap<DatabaseSync, Set<string>>()
  const owners = new WeakMap<StatementSync, DatabaseSync>()
  const { prepare, exec } = DatabaseSync.prototype

  function reached(name: string): void {
    if (name !== window) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }

  DatabaseSync.prototype.prepare = function (this: DatabaseSync, ...given) {
    const statement = prepare.apply(this, given)
    owners.set(statement, this)
    return statement
  }

  for (const method of ['run', 'all', 'get'] as const) {
    const original = StatementSync.prototype[method] as (this: StatementSync, ...values: unknown[]) => unknown
    Object.defineProperty(StatementSync.prototype, method, {
      value: function (this: StatementSync, ...values: unknown[]) {
        const result = original.apply(this, values)
        const name = statementName(this.sourceSQL)
        const database = owners.get(this)
        if (name === undefined || database === undefined) return result
        if (database.isTransaction) seen.set(database, (seen.get(database) ?? new Set()).add(name))
        else if (!Array.isArray(result) || result.length > 0) reached(name)
        return result
      },
    })
  }

  DatabaseSync.prototype.exec = function (this: DatabaseSync, sql) {
    const names = seen.get(this) ?? new Set<string>()
    if (sql === 'COMMIT') for (const name of names) reached(`before-${name}`)
    exec.call(this, sql)
    if (sql !== 'COMMIT' && sql !== 'ROLLBACK') return
    seen.delete(this)
    if (sql === 'COMMIT') for (const name of names) reached(name)
  }
}

/** What a statement is about; `undefined` for those of no interest. */
function statementName(sql: string): string | undefined {
  const text = sql.trim()
  if (text.startsWith('INSERT INTO complywise_webhook_events')) return 'claim'
  if (text.startsWith('UPDATE complywise_webhook_events SET completed = 1')) return 'completion'
  if (text.startsWith('INSERT INTO event ')) return 'admission'
  if (text.startsWith('INSERT INTO decision')) return 'decision'
  if (text.startsWith('INSERT INTO operation')) return 'intent'
  if (text.startsWith('UPDATE operation SET outcome')) return 'outcome'
  return undefined
}
