import { worseOf } from '../domain/severity.ts'
import type { Step } from '../domain/step.ts'
import type { EngineContext } from './engine-context.ts'

/** A storm is left alone for so long after it was told anything, in milliseconds. */
export const stormPaceMs = 10_000

/** Why a step of a storm waits. */
export const stormPaceReason = 'storm_progress'

/** Until when the progress of a storm waits, and why. */
export interface StormPace {
  readonly notBeforeMs: number
  readonly reason: typeof stormPaceReason
  readonly why: undefined
}

/** Whether a step brings a storm up to date and nothing more: it can wait for the next. One that makes it worse cannot. */
export function isStormUpdate({ action, alert, before }: Pick<Step, 'action' | 'alert' | 'before'>): boolean {
  if (action !== 'progress' || alert === undefined || before === undefined) return false
  return worseOf(before.severity, alert.severity) === before.severity
}

/** How long a step of `key` has to wait because people were told of its storm a moment ago; `undefined`: not at all. */
export function stormPace(
  { ledger, now }: Pick<EngineContext<unknown, unknown>, 'ledger' | 'now'>,
  key: string,
  step: Step,
): StormPace | undefined {
  if (!isStormUpdate(step)) return undefined
  const toldAtMs = ledger.toldAt(step.target, key)
  // Later than now: the clock was set back meanwhile.
  if (toldAtMs === undefined || toldAtMs > now()) return undefined
  const notBeforeMs = toldAtMs + stormPaceMs
  return notBeforeMs > now() ? { notBeforeMs, reason: stormPaceReason, why: undefined } : undefined
}
