import { randomUUID } from 'node:crypto'
import type { Step } from '../domain/step.ts'
import type { EntryContent } from '../ledger/entry.ts'
import type { KeyLock, LedgerWriter } from '../ledger/ledger.ts'
import { labelsOf } from './decide-unit.ts'
import { DestinationError } from './destination-error.ts'
import type { Call, Effect, Operation } from './destination.ts'
import type { EngineContext } from './engine-context.ts'
import type { OperationResult } from './engine-observer.ts'
import { type Failure, failureOf, unsettled } from './failure.ts'

/** How an operation ended. */
export type OperationEnd =
  | { readonly kind: 'done'; readonly proof: string | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure }
  /** It can never succeed as it is. */
  | { readonly kind: 'dead'; readonly error: DestinationError }

/** An operation of a step, and what it is run with. */
export interface Running<Target, Remote> {
  readonly context: EngineContext<Target, Remote>
  readonly step: Step
  /** What the step waits its turn by. */
  readonly key: string
  readonly lock: KeyLock
  readonly signal: AbortSignal
  /** The step ends with it. */
  readonly isLast: boolean
  /** Of steps without an alert: what their earlier operations have left. */
  readonly remote: Remote | undefined
}

/** Runs one operation that has no outcome yet: looks for what an earlier attempt may have left, and does it otherwise. */
export async function runOperation<Target, Remote>(
  running: Running<Target, Remote>,
  operation: Operation<Remote>,
): Promise<OperationEnd> {
  const { context, step } = running
  const begun = context.ledger.operation(step.id, operation.name)
  let doubt: string | undefined
  if (begun !== undefined && operation.repeat === 'reconcile') {
    const found = await lookFor(running, operation, begun.intentAt)
    if (typeof found === 'object') return found
    doubt = found
  }
  return perform(running, operation, doubt)
}

/** @returns why nobody can know whether it was done; `undefined` when it was not. */
async function lookFor<Target, Remote>(
  running: Running<Target, Remote>,
  operation: Operation<Remote>,
  intentAt: string,
): Promise<OperationEnd | string | undefined> {
  if (operation.reconcile === undefined) return 'no_reconciliation'
  const startedAt = performance.now()
  try {
    const reconciliation = await operation.reconcile(callOf(running), intentAt)
    switch (reconciliation.kind) {
      case 'found':
        return await finish(running, operation, reconciliation.effect, 'found', startedAt, undefined)
      case 'absent':
        return undefined
      case 'unknowable':
        return reconciliation.reason
      default: {
        const failure = unsettled(reconciliation.reason, reconciliation.retryAfterMs)
        return await fail(running, operation, failure, 'ambiguous', startedAt)
      }
    }
  } catch (error) {
    const known = destinationError(running, operation, error)
    // What cannot be asked can never be known.
    if (known.kind === 'payload') return known.code
    // Nothing is known of what was begun before: its intent stays.
    return fail(running, operation, failureOf(known), known.kind, startedAt, known)
  }
}

async function perform<Target, Remote>(
  running: Running<Target, Remote>,
  operation: Operation<Remote>,
  doubt: string | undefined,
): Promise<OperationEnd> {
  const { context, step, lock } = running
  const { ledger, now } = context
  const token = randomUUID()
  await ledger.write((tables) => {
    tables.requireLock(lock)
    tables.beginOperation(step.id, operation.name, new Date(now()).toISOString(), token)
  })
  const startedAt = performance.now()
  let effect: Effect<Remote>
  try {
    effect = await operation.perform(callOf(running))
  } catch (error) {
    const known = destinationError(running, operation, error)
    if (known.kind === 'payload') {
      observe(running, operation, 'payload', startedAt, known.code)
      await ledger.write((tables) => {
        tables.clearOperation(step.id, operation.name, token)
        tables.append(entryOf(running, operation, 'payload', known.code))
      })
      return { kind: 'dead', error: known }
    }
    const clear = known.kind === 'ambiguous' ? undefined : token
    return fail(running, operation, failureOf(known), known.kind, startedAt, known, clear)
  }
  const ambiguous = effect.ambiguous ?? doubt
  return finish(
    running,
    operation,
    ambiguous === undefined ? effect : { ...effect, ambiguous },
    'done',
    startedAt,
    token,
  )
}

async function finish<Target, Remote>(
  running: Running<Target, Remote>,
  operation: Operation<Remote>,
  effect: Effect<Remote>,
  result: 'done' | 'found',
  startedAt: number,
  performed: string | undefined,
): Promise<OperationEnd> {
  const { context, step, key, lock, isLast } = running
  const { ledger, observer, operatorActions, now } = context
  const { remote, proof, ambiguous, degraded = [] } = effect
  observe(running, operation, result, startedAt, undefined)
  const isOurs = await ledger.write((tables) => {
    const token = performed ?? restart(tables)
    const outcome = {
      ...(proof !== undefined && { proof }),
      ...(step.alert === undefined && remote !== undefined && { remote }),
    }
    if (!tables.completeOperation(step.id, operation.name, token, outcome)) return false
    if (step.alert !== undefined) tables.setEffect(step.target, key, effect, now())
    const parts = degraded.length === 0 ? undefined : `degraded: ${degraded.join(', ')}`
    const reason = ambiguous ?? parts
    tables.append({
      ...entryOf(running, operation, ambiguous === undefined ? result : 'ambiguous', reason),
      proof: proof ?? null,
    })
    if (isLast) settleDone(tables, context.isDryRun, step, proof)
    return true
  })
  operatorActions.clear(step.target)
  if (ambiguous !== undefined) {
    observer.ambiguous({ target: step.target, operation: operation.name, reason: ambiguous })
  }
  for (const part of degraded) observer.degraded({ target: step.target, operation: operation.name, part })
  if (isOurs) return { kind: 'done', proof }
  const message =
    'An operation was done while another process took its key over: it may have been done twice.'
  context.logger.error({ target: step.target, key, step: step.id, operation: operation.name }, message)
  observer.ambiguous({ target: step.target, operation: operation.name, reason: 'lock_lost' })
  return { kind: 'failed', failure: { kind: 'locked', reason: 'lock_lost', retryAfterMs: 2000 } }

  function restart(tables: LedgerWriter): string {
    const token = randomUUID()
    tables.requireLock(lock)
    tables.beginOperation(step.id, operation.name, new Date(now()).toISOString(), token)
    return token
  }
}

/** Settles a step whose last operation is done. */
export function settleDone(
  tables: LedgerWriter,
  isDryRun: boolean,
  { id, action }: Step,
  proof: string | undefined,
): void {
  if (isDryRun) return tables.settleStep(id, 'done', { result: 'dry_run' })
  tables.settleStep(id, 'done', {
    result: action === 'late' ? 'stale' : 'delivered',
    ...(action === 'late' && { reason: 'newer_event_known' }),
    ...(proof !== undefined && { proof }),
  })
}

async function fail<Target, Remote>(
  running: Running<Target, Remote>,
  operation: Operation<Remote>,
  failure: Failure,
  result: Exclude<OperationResult, 'done' | 'found' | 'dry_run'>,
  startedAt: number,
  error?: DestinationError,
  token?: string,
): Promise<OperationEnd> {
  const { context, step, key } = running
  observe(running, operation, result, startedAt, failure.reason)
  if (error?.kind === 'operator') context.operatorActions.add(step.target, error)
  const facts = { target: step.target, key, step: step.id, operation: operation.name }
  const said = { ...facts, result, code: failure.reason, retryAfterMs: failure.retryAfterMs, err: error }
  context.logger.warn(said, 'An operation has failed; it comes again.')
  await context.ledger.write((tables) => {
    if (token !== undefined) tables.clearOperation(step.id, operation.name, token)
    tables.append(entryOf(running, operation, result, failure.reason))
  })
  return { kind: 'failed', failure }
}

function callOf<Target, Remote>({
  context,
  step,
  key,
  signal,
  remote,
}: Running<Target, Remote>): Call<Remote> {
  const alert = step.alert && context.ledger.alert(step.target, key)
  return {
    signal,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The destination itself has made it.
    remote: step.alert === undefined ? remote : (alert?.remote as Remote | undefined),
    alert,
    sharing: (ref) => context.ledger.sharing(step.target, ref),
  }
}

/** Whatever else is thrown may have been thrown after the effect. */
function destinationError<Target, Remote>(
  { context, signal, step, key }: Running<Target, Remote>,
  { name }: Operation<Remote>,
  error: unknown,
): DestinationError {
  if (error instanceof DestinationError) return error
  const facts = { err: error, target: step.target, key, step: step.id, operation: name }
  if (!signal.aborted) context.logger.error(facts, 'An operation has failed in a way that it should not.')
  const code = `${context.destination.name}_${signal.aborted ? 'aborted' : 'unexpected_error'}`
  return new DestinationError('ambiguous', code, `${name} failed unexpectedly.`, { cause: error })
}

function observe<Target, Remote>(
  { context, step }: Running<Target, Remote>,
  { name }: Operation<Remote>,
  result: OperationResult,
  startedAt: number,
  code: string | undefined,
): void {
  const durationMs = performance.now() - startedAt
  context.observer.operation({ target: step.target, operation: name, result, code, durationMs })
}

function entryOf<Target, Remote>(
  { context, step }: Running<Target, Remote>,
  { name }: Operation<Remote>,
  result: string,
  reason: string | undefined,
): Partial<EntryContent> & Pick<EntryContent, 'at' | 'result'> {
  return {
    at: new Date(context.now()).toISOString(),
    event_id: step.event.event_id,
    event: step.event.event,
    target: step.target,
    key: step.alert?.key ?? null,
    ...labelsOf(step.alert),
    action: step.action,
    operation: name,
    result,
    reason: reason ?? null,
  }
}
