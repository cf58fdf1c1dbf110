import type { Decision, Ledger, StoredStep } from '../ledger/ledger.ts'
import { announcementPrefix } from '../ledger/rows.ts'
import type { Unit } from './audience.ts'
import type { Forwarded, ForwardedStep, StepResult } from './engine.ts'
import { aborted, type Failure } from './failure.ts'

/** A unit that could not be decided, or not carried out, and why. */
export interface Unfinished {
  readonly unit: Pick<Unit, 'target' | 'key'>
  readonly failure: Failure
}

/** What became of an event by now, as the ledger has it. */
export function reportOf(
  ledger: Pick<Ledger, 'decisionsOf' | 'stepsOf' | 'findStep'>,
  eventId: string,
  unfinished: readonly Unfinished[],
): Forwarded {
  const own = new Map(ledger.stepsOf(eventId).map((step) => [step.id, step]))
  const decisions = ledger.decisionsOf(eventId)
  const told = new Set(decisions.filter(({ target }) => target !== undefined).map(({ key }) => key))
  const decided = decisions
    // Since then somebody is told.
    .filter(({ target, key }) => target !== undefined || !told.has(key))
    .map((decision) => lineOf(decision, stepOf(decision), unfinished))
  // What a step waits its turn by may be another key than what was decided: that of a storm.
  const known = [...decisions, ...own.values()]
  const others = unfinished.filter(({ unit }) => !known.some((each) => isSame(each, unit)))
  const undecided = others
    .filter(({ unit }, index) => others.findIndex((each) => isSame(each.unit, unit)) === index)
    .map(({ unit, failure }) => retryLine(unit, failure))
  const steps = [...decided, ...undecided]
  if (steps.length === 0) {
    return { steps: [{ ...nobody, result: 'ignored', reason: 'nothing_to_say' }] }
  }
  if (!steps.some(({ result }) => result === 'retry')) return { steps }
  const waits = unfinished.map(({ failure }) => failure.retryAfterMs)
  return { steps, retryAfterMs: waits.length === 0 ? 2000 : Math.max(...waits) }

  function stepOf({ stepId }: Decision): StoredStep | undefined {
    return stepId === undefined ? undefined : (own.get(stepId) ?? ledger.findStep(stepId))
  }
}

function isSame(a: Unfinished['unit'], b: Unfinished['unit']): boolean {
  return a.target === b.target && a.key === b.key
}

const nobody = { target: undefined, key: undefined, action: undefined }

/** What counts most for an event, the most first. */
const byWeight: readonly StepResult[] = [
  'retry',
  'dead',
  'delivered',
  'dry_run',
  'held',
  'stale',
  'unchanged',
  'ignored',
]

/** The result of the step that counts most. */
export function resultOf({ steps }: Forwarded): StepResult {
  return byWeight.find((result) => steps.some((step) => step.result === result)) ?? 'ignored'
}

/** What becomes of an event when nothing of it could be looked at. */
export function allFailed(failure: Failure): Forwarded {
  return {
    steps: [{ ...nobody, result: 'retry', reason: failure.reason }],
    retryAfterMs: failure.retryAfterMs,
  }
}

function retryLine({ target, key }: Pick<Unit, 'target' | 'key'>, { reason }: Failure): ForwardedStep {
  return { target, key: shown(key), action: undefined, result: 'retry', reason }
}

function lineOf(
  { target, key, action, result, reason }: Decision,
  step: StoredStep | undefined,
  unfinished: readonly Unfinished[],
): ForwardedStep {
  const line = { target, key: shown(key), action }
  if (step === undefined) return { ...line, result: result ?? 'unchanged', ...because(reason) }
  const { proof } = step
  const state = stateOf(step)
  // It was not even tried.
  const failed = unfinished.find(({ unit }) => unit.target === step.target && unit.key === step.key)
  const why = state === 'retry' ? (failed?.failure ?? aborted).reason : undefined
  return {
    ...line,
    result: state,
    // Why it was decided so is no reason for it to be tried again.
    ...because(step.reason ?? (state === 'retry' ? why : reason)),
    ...(proof !== undefined && { proof }),
  }
}

function because(reason: string | undefined): Pick<ForwardedStep, 'reason'> {
  return reason === undefined ? {} : { reason }
}

function stateOf({ state, result, notBeforeMs }: StoredStep): StepResult {
  if (state === 'pending') return notBeforeMs === undefined ? 'retry' : 'held'
  return result ?? 'delivered'
}

function shown(key: string): string | undefined {
  return key.startsWith(announcementPrefix) ? undefined : key
}
