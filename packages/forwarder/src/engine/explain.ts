import type { WebhookEvent } from '@complywise/webhooks'
import { interpret } from '../domain/interpret.ts'
import { routableOf } from '../routing/routable.ts'
import { route } from '../routing/route.ts'
import { audienceOf, type Unit } from './audience.ts'
import type { EngineContext } from './engine-context.ts'
import type { Explanation, StepResult } from './engine.ts'
import { planHeld } from './plan-held.ts'
import { planFor } from './plan.ts'

/** What would become of an event if it came now for the first time. Each step is explained as if it were the only one. */
export function explainEvent<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
): Explanation {
  const { ledger, settings } = context
  const { readings, reason } = interpret(event, ledger.memory(), settings, () =>
    ledger.openAlerts({ kind: 'control' }),
  )
  const steps = readings
    .flatMap((reading) => audienceOf(event, reading, settings, ledger))
    .map((unit) => explainUnit(context, event, unit))
  if (steps.length > 0) return { event, steps }
  const result = reason === 'newer_event_known' ? 'stale' : reason === undefined ? 'ignored' : reason
  return {
    event,
    steps: [
      {
        target: undefined,
        route: undefined,
        why: [],
        step: undefined,
        result,
        reason: reason ?? 'nothing_to_say',
        operations: [],
      },
    ],
  }
}

function explainUnit<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  unit: Unit,
): Explanation['steps'][number] {
  const { target, assignment } = unit
  const why = assignment?.why ?? whyWithoutRoute(context, event, unit)
  const line = { target, route: assignment?.route, why, operations: [], step: undefined }
  if (target === undefined) return { ...line, result: 'ignored', ...because(unit.reason) }
  const plan = planFor(context, event, { ...unit, target })
  const { result, reason, added, replaced, hold } = planHeld(context, target, plan)
  const step = added ?? replaced
  if (step === undefined)
    return { ...line, result: result === 'step' ? 'unchanged' : result, ...because(reason) }
  const to = Object.hasOwn(context.targets, target) ? context.targets[target] : undefined
  const operations = context.destination.operations(step, to).map(({ name, preview }) => ({ name, preview }))
  const explained = { ...line, step, operations }
  if (hold) return { ...explained, result: 'held', reason: hold.why ?? hold.reason }
  if (result === 'stale') return { ...explained, result, ...because(reason) }
  const sent: StepResult = operations.length === 0 ? 'ignored' : context.isDryRun ? 'dry_run' : 'delivered'
  return { ...explained, result: sent, ...because(operations.length === 0 ? 'nothing_to_say' : reason) }
}

function whyWithoutRoute<Target, Remote>(
  { settings }: EngineContext<Target, Remote>,
  event: WebhookEvent,
  { target, reading }: Unit,
): readonly string[] {
  if (reading.kind === 'recovery') {
    return [target === undefined ? 'Nobody was told of it.' : 'Where it is open, or would be told of.']
  }
  if (target !== undefined) return ['No route sends it there any more, but its alert is open there.']
  const severity = reading.kind === 'note' ? 'info' : reading.severity
  const routable = routableOf(event.event, reading)
  return routable === undefined ? [] : route({ ...routable, severity }, settings).verdicts
}

function because(reason: string | undefined): { readonly reason?: string } {
  return reason === undefined ? {} : { reason }
}
