import type { DatabaseSync } from 'node:sqlite'
import { emptyMemory } from '../domain/memory.ts'
import { LedgerError } from './ledger-error.ts'
import type { Ledger, LedgerCounts, LedgerReader } from './ledger.ts'
import {
  alertOf,
  decisionOf,
  eventOf,
  memoryOf,
  openCountOf,
  operationOf,
  readingsOf,
  stepOf,
  toldAtOf,
  wholeStepOf,
} from './rows.ts'

type Reader = Omit<LedgerReader, 'path' | 'entries' | 'verifyEntries'> &
  Pick<
    Ledger,
    | 'alert'
    | 'dueEvents'
    | 'dueKeys'
    | 'countOpened'
    | 'hasBegun'
    | 'hasDecision'
    | 'heldSteps'
    | 'openControlsBefore'
    | 'openSilentSince'
    | 'operation'
    | 'pendingFor'
    | 'pendingOf'
    | 'readings'
    | 'readStep'
    | 'recovery'
    | 'sharing'
    | 'toldAt'
  >

// Without the body, which is large for storms and read for one step at a time.
const listed = [
  'seq',
  'id',
  'event_id',
  'target',
  'key',
  'action',
  'state',
  'not_before',
  'result',
  'reason',
  'proof',
]
  .map((column) => `step.${column}`)
  .join(', ')

/**
 * Everything that reads; each statement is prepared once. Where the planner would rather read the whole table than a small
 * partial index in another order, it is told which to use.
 */
export function createReader(connection: DatabaseSync): Reader {
  const alert = connection.prepare('SELECT body, remote FROM alert WHERE target = ? AND key = ?')
  const toldAt = connection.prepare('SELECT told_at FROM alert WHERE target = ? AND key = ?')
  const alertsOf = connection.prepare('SELECT body, remote FROM alert WHERE key = ? ORDER BY target')
  const open = connection.prepare(
    `SELECT body, remote FROM alert INDEXED BY alert_open
     WHERE state = 'open' AND kind = ifnull(?, kind) AND target = ifnull(?, target) ORDER BY key, target`,
  )
  const silent = connection.prepare(
    `SELECT body, remote FROM alert WHERE state = 'open' AND kind = ? AND last_at <= ? ORDER BY last_at`,
  )
  const sharing = connection.prepare(
    'SELECT body, remote FROM alert WHERE target = ? AND ref = ? ORDER BY key',
  )
  const before = connection.prepare(
    `SELECT body, remote FROM alert WHERE state = 'open' AND kind = 'control' AND last_at < ? ORDER BY key, target`,
  )
  const countOpened = connection.prepare(
    'SELECT count(*) AS count FROM alert WHERE target = ? AND storm_key = ? AND opened_at > ? AND key <> ?',
  )
  const event = connection.prepare('SELECT * FROM event WHERE event_id = ?')
  const dueEvents = connection.prepare(
    // Later than any can be: the clock was set back meanwhile.
    `SELECT event_id FROM event INDEXED BY event_unfinished
     WHERE next_at IS NOT NULL AND (next_at <= ?1 OR next_at > ?1 + 1800000) ORDER BY next_at LIMIT ?2`,
  )
  const decisions = connection.prepare('SELECT * FROM decision WHERE event_id = ? ORDER BY key, target')
  const stored = connection.prepare(`SELECT ${listed} FROM step WHERE id = ?`)
  const decided = connection.prepare('SELECT 1 FROM decision WHERE event_id = ? AND target = ? AND key = ?')
  const begun = connection.prepare('SELECT 1 FROM operation WHERE step_id = ? LIMIT 1')
  const held = connection.prepare(
    `SELECT ${listed} FROM step WHERE state = 'pending' AND not_before IS NOT NULL ORDER BY not_before LIMIT ?`,
  )
  const steps = connection.prepare(`SELECT ${listed} FROM step WHERE event_id = ? ORDER BY seq`)
  const pending = connection.prepare(
    `SELECT ${listed} FROM step WHERE state = 'pending' AND target = ? AND key = ? ORDER BY seq LIMIT ?`,
  )
  const pendingFor = connection.prepare(
    `SELECT DISTINCT ${listed} FROM decision JOIN step ON step.id = decision.step_id
     WHERE decision.event_id = ? AND state = 'pending' ORDER BY seq`,
  )
  const allPending = connection.prepare(
    `SELECT ${listed} FROM step INDEXED BY step_pending WHERE state = 'pending' ORDER BY seq LIMIT ?`,
  )
  const dead = connection.prepare(`SELECT ${listed} FROM step WHERE state = 'dead' ORDER BY seq LIMIT ?`)
  // So many of each target, so that one that is down does not keep others waiting.
  const dueKeys = connection.prepare(
    `SELECT target, key FROM (
       SELECT target, key, min(not_before) AS due_at,
         row_number() OVER (PARTITION BY target ORDER BY min(not_before)) AS place
       FROM step WHERE state = 'pending' AND not_before IS NOT NULL AND not_before <= ? GROUP BY target, key
     ) WHERE place <= ? ORDER BY due_at`,
  )
  const step = connection.prepare(
    `SELECT step.body, event.body AS event FROM step JOIN event USING (event_id) WHERE step.id = ?`,
  )
  const operation = connection.prepare(
    'SELECT intent_at, outcome FROM operation WHERE step_id = ? AND name = ?',
  )
  const recovery = connection.prepare('SELECT timestamp, event_id FROM recovery WHERE key = ?')
  const memory = connection.prepare('SELECT body FROM memory WHERE id = 1')
  const counts = createCounts(connection)

  return {
    alert: (target, key) => alert.all(target, key).map(alertOf)[0],
    toldAt: (target, key) => toldAt.all(target, key).map(toldAtOf)[0],
    alertsOf: (key) => alertsOf.all(key).map(alertOf),
    openAlerts: ({ kind, target } = {}) => open.all(kind ?? null, target ?? null).map(alertOf),
    openSilentSince: (kind, lastAtMs) => silent.all(kind, lastAtMs).map(alertOf),
    sharing: (target, ref) => sharing.all(target, ref).map(alertOf),
    openControlsBefore: (timestamp) => before.all(Date.parse(timestamp)).map(alertOf),
    countOpened: (target, stormKey, sinceMs, except) =>
      Number(countOpened.get(target, stormKey, sinceMs, except)?.['count']),
    recovery(key) {
      const row = recovery.get(key)
      return row && { timestamp: String(row['timestamp']), eventId: String(row['event_id']) }
    },
    findEvent: (eventId) => event.all(eventId).map(eventOf)[0],
    readings: (eventId) => event.all(eventId).map(readingsOf)[0],
    dueEvents: (nowMs, limit) => dueEvents.all(nowMs, limit).map((row) => String(row['event_id'])),
    decisionsOf: (eventId) => decisions.all(eventId).map(decisionOf),
    findStep: (id) => stored.all(id).map(stepOf)[0],
    hasDecision: (eventId, target, key) => decided.get(eventId, target ?? '', key) !== undefined,
    hasBegun: (stepId) => begun.get(stepId) !== undefined,
    heldSteps: (limit) => held.all(limit).map(stepOf),
    stepsOf: (eventId) => steps.all(eventId).map(stepOf),
    pendingFor: (eventId) => pendingFor.all(eventId).map(stepOf),
    pendingOf: (target, key, limit = -1) => pending.all(target, key, limit).map(stepOf),
    pendingSteps: (limit = 1000) => allPending.all(limit).map(stepOf),
    deadSteps: (limit = 1000) => dead.all(limit).map(stepOf),
    dueKeys: (nowMs, limit) =>
      dueKeys.all(nowMs, limit).map(({ target, key }) => ({ target: String(target), key: String(key) })),
    readStep(id) {
      const whole = wholeStepOf(step.get(id))
      if (whole) return whole
      throw new LedgerError('ledger_unusable', `The ledger has no step ${id}, or its event was pruned.`)
    },
    operation: (stepId, name) => operation.all(stepId, name).map(operationOf)[0],
    memory: () => memory.all().map(memoryOf)[0] ?? emptyMemory,
    counts,
  }
}

function createCounts(connection: DatabaseSync): () => LedgerCounts {
  const open = connection.prepare(
    `SELECT target, kind, count(*) AS count FROM alert INDEXED BY alert_open
     WHERE state = 'open' GROUP BY target, kind`,
  )
  const steps = connection.prepare(
    `SELECT count(*) AS pending, count(not_before) AS held FROM step WHERE state = 'pending'`,
  )
  const dead = connection.prepare(`SELECT count(*) AS dead FROM step WHERE state = 'dead'`)
  const events = connection.prepare('SELECT count(*) AS events FROM event WHERE next_at IS NOT NULL')
  return () => {
    const { pending, held } = steps.get() ?? {}
    return {
      openAlerts: open.all().map(openCountOf),
      held: Number(held),
      pending: Number(pending) - Number(held),
      dead: Number(dead.get()?.['dead']),
      unfinishedEvents: Number(events.get()?.['events']),
    }
  }
}
