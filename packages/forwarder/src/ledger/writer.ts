import type { DatabaseSync } from 'node:sqlite'
import { createAppend } from './entries.ts'
import { LedgerError } from './ledger-error.ts'
import type { LedgerWriter } from './ledger.ts'

/** Everything that a transaction changes; each statement is prepared once. */
export function createWriter(connection: DatabaseSync): LedgerWriter {
  return {
    ...createEventWriter(connection),
    ...createAlertWriter(connection),
    ...createStepWriter(connection),
    ...createOperationWriter(connection),
    append: createAppend(connection),
  }
}

function createEventWriter(
  connection: DatabaseSync,
): Pick<
  LedgerWriter,
  'addEvent' | 'finishEvent' | 'beginAttempt' | 'goOnSoon' | 'setMemory' | 'addRecovery' | 'addDecision'
> {
  const add = connection.prepare(
    `INSERT INTO event (event_id, type, timestamp, origin, admitted_at, body, readings, next_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  const finish = connection.prepare('UPDATE event SET next_at = NULL, finished_at = ? WHERE event_id = ?')
  // After one minute, then 2, 4, 8 and 15.
  const attempt = connection.prepare(
    `UPDATE event SET attempts = attempts + 1, finished_at = NULL,
       next_at = ? + min(900000, 60000 << min(attempts, 4)) WHERE event_id = ? AND body IS NOT NULL`,
  )
  // It counts as no attempt: the next one that fails waits no longer for it.
  const soon = connection.prepare(
    'UPDATE event SET next_at = ?, attempts = max(0, attempts - 1) WHERE event_id = ? AND next_at IS NOT NULL',
  )
  const memory = connection.prepare(
    'INSERT INTO memory VALUES (1, ?) ON CONFLICT (id) DO UPDATE SET body = excluded.body',
  )
  const recovery = connection.prepare(
    `INSERT INTO recovery VALUES (?, ?, ?, ?) ON CONFLICT (key) DO UPDATE
     SET at = excluded.at, timestamp = excluded.timestamp, event_id = excluded.event_id WHERE excluded.at > at`,
  )
  const decision = connection.prepare('INSERT INTO decision VALUES (?, ?, ?, ?, ?, ?, ?)')
  return {
    addEvent(event, origin, readings, nowMs) {
      const values = [event.event_id, event.event, event.timestamp, origin, nowMs]
      add.run(...values, JSON.stringify(event), JSON.stringify(readings), nowMs)
    },
    finishEvent: (eventId, nowMs) => void finish.run(nowMs, eventId),
    beginAttempt: (eventId, nowMs) => void attempt.run(nowMs, eventId),
    goOnSoon: (eventId, nowMs) => void soon.run(nowMs, eventId),
    setMemory: (value) => void memory.run(JSON.stringify(value)),
    addRecovery(key, { timestamp, event_id: eventId }) {
      recovery.run(key, Date.parse(timestamp), timestamp, eventId)
    },
    addDecision({ eventId, target, key, action, result, reason, stepId }) {
      const values = [target ?? '', key, action ?? null, result ?? null]
      decision.run(eventId, ...values, reason ?? null, stepId ?? null)
    },
  }
}

function createAlertWriter(connection: DatabaseSync): Pick<LedgerWriter, 'putAlert' | 'setEffect'> {
  const put = connection.prepare(
    `INSERT INTO alert (target, key, kind, state, last_at, storm_key, opened_at, body, remote)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (target, key) DO UPDATE SET
       kind = excluded.kind, state = excluded.state, last_at = excluded.last_at, storm_key = excluded.storm_key,
       opened_at = ifnull(excluded.opened_at, opened_at), body = excluded.body, remote = excluded.remote`,
  )
  const remote = connection.prepare('UPDATE alert SET remote = ? WHERE target = ? AND key = ?')
  const ref = connection.prepare('UPDATE alert SET ref = ? WHERE target = ? AND key = ?')
  const told = connection.prepare('UPDATE alert SET told_at = ? WHERE target = ? AND key = ?')
  return {
    putAlert({ remote: kept, ...body }, { stormKey, openedAtMs }) {
      const columns = [body.target, body.key, body.kind, body.state, Date.parse(body.lastAt)]
      const values = [...columns, stormKey ?? null, openedAtMs ?? null, JSON.stringify(body)]
      put.run(...values, kept === undefined ? null : JSON.stringify(kept))
    },
    setEffect(target, key, effect, nowMs) {
      told.run(nowMs, target, key)
      if (effect.remote !== undefined) remote.run(JSON.stringify(effect.remote), target, key)
      if (effect.ref !== undefined) ref.run(effect.ref, target, key)
    },
  }
}

function createStepWriter(
  connection: DatabaseSync,
): Pick<LedgerWriter, 'addStep' | 'settleStep' | 'holdStep' | 'replaceStep' | 'reviveStep'> {
  const add = connection.prepare(
    `INSERT INTO step (id, event_id, target, key, action, state, not_before, reason, body)
     VALUES (?, ?, ?, ?, ?, 'pending', ?, ?, ?)`,
  )
  const settle = connection.prepare(
    `UPDATE step SET state = ?, result = ?, reason = ?, proof = ifnull(?, proof), not_before = NULL WHERE id = ?`,
  )
  const replace = connection.prepare('UPDATE step SET body = ? WHERE id = ?')
  const revive = connection.prepare(
    `UPDATE step SET state = 'pending', result = NULL WHERE id = ? AND state = 'dead'`,
  )
  const hold = connection.prepare('UPDATE step SET not_before = ?, reason = ? WHERE id = ?')
  return {
    addStep(step, key, held) {
      const { event, ...body } = step
      const columns = [step.id, event.event_id, step.target, key, step.action]
      add.run(...columns, held?.notBeforeMs ?? null, held?.reason ?? null, JSON.stringify(body))
    },
    settleStep(id, state, { result, reason, proof }) {
      settle.run(state, result ?? null, reason ?? null, proof ?? null, id)
    },
    holdStep: (id, notBeforeMs, reason) => void hold.run(notBeforeMs ?? null, reason, id),
    replaceStep: ({ event: _event, ...body }) => void replace.run(JSON.stringify(body), body.id),
    reviveStep: (id) => void revive.run(id),
  }
}

function createOperationWriter(
  connection: DatabaseSync,
): Pick<LedgerWriter, 'requireLock' | 'beginOperation' | 'completeOperation' | 'clearOperation'> {
  const held = connection.prepare('SELECT 1 FROM key_lock WHERE target = ? AND key = ? AND token = ?')
  const begin = connection.prepare(
    `INSERT INTO operation (step_id, name, intent_at, token) VALUES (?, ?, ?, ?)
     ON CONFLICT (step_id, name) DO UPDATE SET intent_at = excluded.intent_at, token = excluded.token
     WHERE outcome IS NULL`,
  )
  const complete = connection.prepare(
    'UPDATE operation SET outcome = ? WHERE step_id = ? AND name = ? AND token = ? AND outcome IS NULL',
  )
  const clear = connection.prepare(
    'DELETE FROM operation WHERE step_id = ? AND name = ? AND token = ? AND outcome IS NULL',
  )
  return {
    requireLock({ target, key, token }) {
      if (held.get(target, key, token)) return
      throw new LedgerError('lock_lost', `Another process has taken over ${key} at ${target}.`)
    },
    beginOperation(stepId, name, intentAt, token) {
      begin.run(stepId, name, intentAt, token)
    },
    completeOperation: (stepId, name, token, outcome) =>
      complete.run(JSON.stringify(outcome), stepId, name, token).changes === 1,
    clearOperation: (stepId, name, token) => void clear.run(stepId, name, token),
  }
}
