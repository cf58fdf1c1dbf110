import { formatTable } from '@complywise/service'
import type { Alert } from '../domain/alert.ts'
import { cleanText } from '../domain/clean-text.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import type { LedgerReader, StoredStep } from '../ledger/ledger.ts'
import { jsonText } from './json-text.ts'
import { readLedger } from './open-ledger-or-fail.ts'
import { runCommand } from './run-command.ts'
import type { JsonOptions } from './send.ts'

/** `status`: what is open, and what was not told yet. */
export function status(
  app: Pick<ForwarderApp<never, never, never>, 'name'>,
  { json = false }: JsonOptions,
): Promise<never> {
  return runCommand(() =>
    readLedger(app, (ledger) => (json ? statusJson(ledger) : statusText(ledger, process.stdout.isTTY))),
  )
}

/** What a ledger holds, as one JSON object on one line. */
function statusJson(ledger: LedgerReader): string {
  const open = ledger.openAlerts().map((alert) => ({
    target: alert.target,
    key: alert.key,
    kind: alert.kind,
    severity: alert.severity,
    since: alert.openedAt,
    count: alert.count,
    owner: alert.owner ?? null,
    due: alert.dueAt ?? null,
    carrier: alert.carrier ?? null,
    proof: proofOf(ledger, alert) ?? null,
  }))
  const steps = unfinishedSteps(ledger).map(({ target, key, action, eventId, ...step }) => ({
    state: shownState(step),
    target,
    key,
    action,
    event_id: eventId,
    reason: step.reason ?? null,
    not_before: step.notBeforeMs === undefined ? null : new Date(step.notBeforeMs).toISOString(),
  }))
  const { unfinishedEvents } = ledger.counts()
  return `${jsonText({ open, steps, unfinished_events: unfinishedEvents })}\n`
}

/**
 * What a ledger holds, for people on a terminal; elsewhere one line for each alert and step, whose first field says which of
 * the two it is.
 */
function statusText(ledger: LedgerReader, isTerminal: boolean): string {
  const open = ledger
    .openAlerts()
    .map((alert) =>
      [
        'open',
        alert.target,
        alert.key,
        alert.severity,
        alert.openedAt,
        String(alert.count),
        alert.owner,
        alert.dueAt,
        alert.carrier === undefined ? proofOf(ledger, alert) : `with ${alert.carrier}`,
      ].map(shown),
    )
  const steps = unfinishedSteps(ledger).map((step) =>
    [
      shownState(step),
      step.target,
      step.key,
      step.action,
      step.notBeforeMs === undefined ? undefined : new Date(step.notBeforeMs).toISOString(),
      step.reason,
      step.eventId,
    ].map(shown),
  )
  const openTable = formatTable(
    ['STATE', 'TARGET', 'KEY', 'SEVERITY', 'SINCE', 'COUNT', 'OWNER', 'DUE', 'PROOF'],
    open,
    isTerminal,
  )
  const stepTable = formatTable(
    ['STATE', 'TARGET', 'KEY', 'ACTION', 'NOT BEFORE', 'REASON', 'EVENT'],
    steps,
    isTerminal,
  )
  if (!isTerminal) return openTable + stepTable
  return [
    open.length === 0 ? 'Nothing is open.\n' : openTable,
    ...(steps.length === 0 ? [] : ['\nNot told yet:\n', stepTable]),
  ].join('')
}

function unfinishedSteps(ledger: LedgerReader): readonly StoredStep[] {
  return [...ledger.deadSteps(), ...ledger.pendingSteps()]
}

function shownState({ state, notBeforeMs }: Pick<StoredStep, 'state' | 'notBeforeMs'>): string {
  return state === 'pending' && notBeforeMs !== undefined ? 'held' : state
}

/** What the newest step left that has anything to show; a repetition may have nothing. */
function proofOf(ledger: LedgerReader, { target, key, lastEventId }: Alert): string | undefined {
  return ledger.stepsOf(lastEventId).find((step) => step.target === target && step.key === key)?.proof
}

function shown(text: string | undefined): string {
  return text === undefined || text === '' ? '-' : cleanText(text)
}
