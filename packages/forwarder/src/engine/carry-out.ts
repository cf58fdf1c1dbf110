import type { Step } from '../domain/step.ts'
import type { KeyLock, StoredStep } from '../ledger/ledger.ts'
import { labelsOf } from './decide-unit.ts'
import { DestinationError } from './destination-error.ts'
import type { Operation } from './destination.ts'
import type { EngineContext } from './engine-context.ts'
import { aborted, type Failure, ledgerFailure } from './failure.ts'
import { runOperation, type Running, settleDone } from './run-operation.ts'
import { stormPace } from './storm-pace.ts'

/**
 * Carries out the steps of a key that are to be carried out, in order of decision, until one fails or has to wait.
 *
 * @returns why one failed; `undefined` when none is left or the next has to wait.
 */
export async function carryOutKey<Target, Remote>(
  context: EngineContext<Target, Remote>,
  lock: KeyLock,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const { ledger, now } = context
  for (;;) {
    const [next, later] = ledger.pendingOf(lock.target, lock.key, 2)
    if (next === undefined || (next.notBeforeMs ?? 0) > now()) return undefined
    if (signal.aborted) return aborted
    if (isToldWithNext(context, next, later)) {
      await ledger.write((tables) => {
        tables.settleStep(next.id, 'done', { result: 'unchanged', reason: 'told_with_next' })
        if (later?.action !== 'progress') return
        // How much it changes is counted from what people know.
        tables.replaceStep({ ...ledger.readStep(later.id), before: ledger.readStep(next.id).before })
      })
      continue
    }
    if (later === undefined && (await hasPaced(context, next))) continue
    const failure = await carryOut(context, next, lock, signal)
    if (failure === undefined) continue
    await postpone(context, next, failure)
    return failure
  }
}

/** Holds a step whose storm was told something a moment ago; what was begun is ended. */
function hasPaced<Target, Remote>(
  context: EngineContext<Target, Remote>,
  { id, target, key, action }: StoredStep,
): Promise<boolean> {
  const { ledger } = context
  if (action !== 'progress' || ledger.hasBegun(id)) return Promise.resolve(false)
  if (stormPace(context, key, ledger.readStep(id)) === undefined) return Promise.resolve(false)
  return ledger.write(
    (tables) => {
      // As it is by now: nothing that cannot wait may come to stand behind it.
      const pace = stormPace(context, key, ledger.readStep(id))
      if (pace === undefined || ledger.pendingOf(target, key, 2).length > 1) return false
      tables.holdStep(id, pace.notBeforeMs, pace.reason)
      return true
    },
    { durable: false },
  )
}

/** The next one says all that this one says, and nothing of this one has been begun. */
function isToldWithNext<Target, Remote>(
  { ledger, now }: EngineContext<Target, Remote>,
  step: StoredStep,
  next: StoredStep | undefined,
): boolean {
  return (
    step.action === 'progress' &&
    (next?.action === 'progress' || next?.action === 'resolve') &&
    (next.notBeforeMs ?? 0) <= now() &&
    !ledger.hasBegun(step.id)
  )
}

/** What was held is tried again by the clock; anything else by its event. */
async function postpone<Target, Remote>(
  { ledger, now, observer }: EngineContext<Target, Remote>,
  { id, target, action, notBeforeMs }: StoredStep,
  { reason, retryAfterMs }: Failure,
): Promise<void> {
  observer.step({ target, action, result: 'retry', reason })
  await ledger.write(
    (tables) => {
      tables.holdStep(id, notBeforeMs === undefined ? undefined : now() + retryAfterMs, reason)
    },
    { durable: false },
  )
}

async function carryOut<Target, Remote>(
  context: EngineContext<Target, Remote>,
  stored: StoredStep,
  lock: KeyLock,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const { ledger } = context
  const step = ledger.readStep(stored.id)
  const operations = operationsOf(context, step)
  if (operations instanceof DestinationError) return bury(context, step, stored, 'render', operations)
  if (operations.length === 0 || context.isDryRun) return settleWithout(context, step, stored, operations)
  let remote: Remote | undefined
  for (const [index, operation] of operations.entries()) {
    const done = ledger.operation(step.id, operation.name)?.outcome
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The destination itself has made it.
    remote = (done?.remote as Remote | undefined) ?? remote
    const isLast = index === operations.length - 1
    if (done !== undefined) {
      if (isLast) await ledger.write((tables) => settleDone(tables, false, step, done.proof))
      continue
    }
    if (signal.aborted) return aborted
    const running: Running<Target, Remote> = {
      context,
      step,
      key: stored.key,
      lock,
      signal,
      isLast,
      remote,
    }
    const end = await runOperation(running, operation)
    if (end.kind === 'failed') return end.failure
    if (end.kind === 'dead') return bury(context, step, stored, operation.name, end.error)
    // What it has left is read again: a later operation of an announcement may need it.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The destination itself has made it.
    remote = (ledger.operation(step.id, operation.name)?.outcome?.remote as Remote | undefined) ?? remote
  }
  const result = step.action === 'late' ? 'stale' : 'delivered'
  context.observer.step({ target: step.target, action: step.action, result, reason: undefined })
  return undefined
}

/** Rendering has no side effects and no excuse: what it throws for, it throws for again. */
function operationsOf<Target, Remote>(
  { destination, targets, logger }: EngineContext<Target, Remote>,
  step: Step,
): readonly Operation<Remote>[] | DestinationError {
  try {
    return destination.operations(
      step,
      Object.hasOwn(targets, step.target) ? targets[step.target] : undefined,
    )
  } catch (error) {
    logger.error({ err: error, step: step.id, target: step.target }, 'A step cannot be rendered.')
    const message = `The ${step.action} step of ${step.event.event} cannot be rendered.`
    return new DestinationError('payload', `${destination.name}_render_failed`, message, { cause: error })
  }
}

async function settleWithout<Target, Remote>(
  context: EngineContext<Target, Remote>,
  step: Step,
  { key }: StoredStep,
  operations: readonly Operation<Remote>[],
): Promise<undefined> {
  const { ledger, logger, observer, now } = context
  const isStale = step.action === 'late'
  const nothing = isStale
    ? ({ result: 'stale', reason: 'newer_event_known' } as const)
    : ({ result: 'ignored', reason: 'nothing_to_say' } as const)
  const { result, reason } =
    operations.length === 0 ? nothing : ({ result: 'dry_run', reason: undefined } as const)
  for (const { name, preview } of operations) {
    logger.info({ target: step.target, key, action: step.action, operation: name, preview }, 'Would be sent.')
    observer.operation({
      target: step.target,
      operation: name,
      result: 'dry_run',
      code: undefined,
      durationMs: 0,
    })
  }
  await ledger.write((tables) => {
    tables.settleStep(step.id, 'done', { result, ...(reason !== undefined && { reason }) })
    // As if it had been sent.
    if (operations.length > 0) tables.setEffect(step.target, key, {}, now())
    if (operations.length === 0) for (const id of eventsUntold(context, step)) tables.beginAttempt(id, now())
    for (const name of operations.length === 0 ? [null] : operations.map((operation) => operation.name)) {
      tables.append({
        at: new Date(now()).toISOString(),
        event_id: step.event.event_id,
        event: step.event.event,
        target: step.target,
        key: step.alert?.key ?? null,
        ...labelsOf(step.alert),
        action: step.action,
        operation: name,
        result,
        reason: reason ?? null,
      })
    }
  })
  observer.step({ target: step.target, action: step.action, result, reason })
}

/**
 * Events that were to open something at a target which the configuration does not name any more: they are forwarded once
 * more, to the targets that it names now.
 */
function eventsUntold<Target, Remote>(
  { ledger, targets }: EngineContext<Target, Remote>,
  { action, alert, event, target }: Step,
): ReadonlySet<string> {
  if (Object.hasOwn(targets, target) || (action !== 'open' && action !== 'reopen')) return new Set()
  const members = (alert?.members ?? []).filter(({ state }) => state === 'open')
  const told = members.flatMap((member) => ledger.alert(target, member.key) ?? [])
  return new Set([event.event_id, ...told.map(({ lastEventId }) => lastEventId)])
}

async function bury<Target, Remote>(
  context: EngineContext<Target, Remote>,
  step: Step,
  { key }: StoredStep,
  operation: string,
  error: DestinationError,
): Promise<Failure | undefined> {
  const { ledger, logger, observer, deadLetters, now } = context
  const { code, message } = error
  const { id, event, target, action, alert } = step
  const at = new Date(now()).toISOString()
  const letter = { at, event, target, key: alert?.key, action, stepId: id, operation, code, message }
  try {
    await deadLetters.append(letter)
  } catch (failure) {
    logger.error(
      { err: failure, target, key },
      'The dead-letter file cannot be written; the event comes again.',
    )
    return { ...ledgerFailure(failure), reason: 'dead_letters_unavailable' }
  }
  logger.error(
    { target, key, step: id, operation, code, err: error },
    'A step can never succeed; it is dead.',
  )
  await ledger.write((tables) => {
    tables.settleStep(id, 'dead', { result: 'dead', reason: code })
    tables.append({
      at,
      event_id: event.event_id,
      event: event.event,
      target,
      key: alert?.key ?? null,
      ...labelsOf(alert),
      action,
      result: 'dead',
      reason: code,
    })
  })
  observer.dead({ target, code })
  observer.step({ target, action, result: 'dead', reason: code })
  return undefined
}
