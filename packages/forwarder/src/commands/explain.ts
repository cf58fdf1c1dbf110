import { existsSync } from 'node:fs'
import type { ForwarderApp } from '../forwarder-app.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { type ExplainedStep, explanationText } from './explanation-text.ts'
import { jsonText } from './json-text.ts'
import { nextRecovery } from './next-recovery.ts'
import { openEngine } from './open-engine.ts'
import { readEventFile } from './read-event-file.ts'
import { runCommand } from './run-command.ts'
import type { JsonOptions } from './send.ts'

/** `explain`: what would be sent to whom if an event came now, and why. Sends and stores nothing. */
export function explain<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  path: string,
  { json = false }: JsonOptions,
): Promise<never> {
  return runCommand(async (defer) => {
    const event = await readEventFile(path, new Date())
    const { engine, destination, ledger, loaded } = openEngine(app, defer, (file) =>
      openLedger(existsSync(file) ? file : ':memory:'),
    )
    const { settings, targets } = loaded.app
    const steps = engine.explain(event).steps.map((explained): ExplainedStep => ({
      ...explained,
      recovery: nextRecovery(explained.step, destination, targets),
    }))
    const admittedAt = ledger.findEvent(event.event_id)?.admittedAt
    return json
      ? `${jsonText({ event, admitted_at: admittedAt ?? null, steps: steps.map(toJson) })}\n`
      : explanationText(event, admittedAt, steps, settings)
  })
}

function toJson({
  target,
  route,
  why,
  step,
  result,
  reason,
  operations,
  recovery,
}: ExplainedStep): Readonly<Record<string, unknown>> {
  return {
    target: target ?? null,
    route: route ?? null,
    why,
    key: step?.alert?.key ?? null,
    action: step?.action ?? null,
    severity: step?.alert?.severity ?? null,
    result,
    reason: reason ?? null,
    operations,
    recovery: recovery ?? null,
  }
}
