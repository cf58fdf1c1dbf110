import { existsSync } from 'node:fs'
import type { ForwarderApp } from '../forwarder-app.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import { type ExplainedStep, explanationText } from './explanation-text.ts'
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
    const { engine, destination, loaded } = openEngine(app, defer, (ledger) =>
      openLedger(existsSync(ledger) ? ledger : ':memory:'),
    )
    const { settings, targets } = loaded.app
    const steps = engine.explain(event).steps.map((explained): ExplainedStep => ({
      ...explained,
      recovery: nextRecovery(explained.step, destination, targets),
    }))
    return json ? `${JSON.stringify(toJson(event, steps))}\n` : explanationText(event, steps, settings)
  })
}

function toJson(event: unknown, steps: readonly ExplainedStep[]): Readonly<Record<string, unknown>> {
  return {
    event,
    steps: steps.map(({ target, route, why, step, result, reason, operations, recovery }) => ({
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
    })),
  }
}
