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
  const prepare = methodOf(DatabaseSync.prototype, 'prepare')
  const exec = methodOf(DatabaseSync.prototype, 'exec')

  function reached(name: string): void {
    if (name !== window) return
    left -= 1
    if (left === 0) process.kill(process.pid, 'SIGKILL')
  }

  replace(DatabaseSync.prototype, 'prepare', function (this: DatabaseSync, ...given) {
    const statement = prepare.apply(this, given)
    if (statement instanceof StatementSync) owners.set(statement, this)
    return statement
  })

  for (const method of ['run', 'all', 'get'] as const) {
    const original = methodOf(StatementSync.prototype, method)
    replace(StatementSync.prototype, method, function (this: StatementSync, ...values) {
      const result = original.apply(this, values)
      const name = statementName(this.sourceSQL)
      const database = owners.get(this)
      if (name === undefined || database === undefined) return result
      if (database.isTransaction) seen.set(database, (seen.get(database) ?? new Set()).add(name))
      else if (!Array.isArray(result) || result.length > 0) reached(name)
      return result
    })
  }

  replace(DatabaseSync.prototype, 'exec', function (this: DatabaseSync, ...given) {
    const [sql] = given
    const names = seen.get(this) ?? new Set<string>()
    if (sql === 'COMMIT') for (const name of names) reached(`before-${name}`)
    exec.apply(this, given)
    if (sql !== 'COMMIT' && sql !== 'ROLLBACK') return
    seen.delete(this)
    if (sql === 'COMMIT') for (const name of names) reached(name)
  })
}

type Method = (...values: unknown[]) => unknown

function methodOf(prototype: object, name: string): Method {
  const method: unknown = Reflect.get(prototype, name)
  if (typeof method !== 'function') throw new TypeError(`There is no method ${name}`)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It is called with what its callers give.
  return method as Method
}

function replace<Owner extends object>(
  prototype: Owner,
  name: string,
  method: (this: Owner, ...values: unknown[]) => unknown,
): void {
  Object.defineProperty(prototype, name, { value: method })
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
