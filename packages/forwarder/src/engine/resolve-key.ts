import { randomUUID } from 'node:crypto'
import type { Alert } from '../domain/alert.ts'
import type { Reading } from '../domain/reading.ts'
import type { EngineContext } from './engine-context.ts'
import type { Forwarded } from './engine.ts'
import { forwardEvent } from './forward.ts'
import { ownEvent } from './own-event.ts'

/** Resolves the alerts of a key because a person says so; of a storm, those of its controls. */
export function resolveKey<Target, Remote>(
  context: EngineContext<Target, Remote>,
  key: string,
  by: string,
  signal: AbortSignal,
): Promise<Forwarded> {
  const alerts = openAlertsOf(context, key)
  if (alerts.length === 0) return Promise.resolve({ steps: [] })
  const readings = new Map(alerts.map((alert) => [alert.key, recoveryOf(alert, by)]))
  const event = ownEvent('forwarder.resolve', randomUUID(), context.now(), { key, by })
  return forwardEvent(context, event, signal, 'operator', [...readings.values()])
}

function openAlertsOf<Target, Remote>(
  { ledger }: EngineContext<Target, Remote>,
  key: string,
): readonly Alert[] {
  const open = ledger.alertsOf(key).filter(({ state }) => state === 'open')
  const members = open.flatMap((storm) =>
    (storm.members ?? []).flatMap((member) =>
      ledger.alertsOf(member.key).filter((alert) => alert.state === 'open' && alert.carrier === key),
    ),
  )
  return members.length > 0 ? members : open
}

function recoveryOf({ kind, key, labels }: Alert, by: string): Reading {
  return {
    kind: 'recovery',
    subject: { kind, key, labels },
    facts: { kind: 'recovered', proof: 'operator', by },
  }
}
