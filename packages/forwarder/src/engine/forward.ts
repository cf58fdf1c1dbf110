import type { WebhookEvent } from '@complywise/webhooks'
import type { Reading } from '../domain/reading.ts'
import type { EventOrigin, KeyLock, StoredStep } from '../ledger/ledger.ts'
import { announcementPrefix } from '../ledger/rows.ts'
import { admit } from './admit.ts'
import { audienceOf, type Unit } from './audience.ts'
import { carryOutKey } from './carry-out.ts'
import { decideUnit } from './decide-unit.ts'
import type { EngineContext } from './engine-context.ts'
import type { Forwarded } from './engine.ts'
import { aborted, type Failure, ledgerFailure, locked, waiting } from './failure.ts'
import { keysAtOnce } from './keys-at-once.ts'
import { allFailed, reportOf, resultOf, type Unfinished } from './report.ts'

/** Forwards an event, or what is not done of it yet; answers at once when `signal` aborts. Never rejects. */
export async function forwardEvent<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  signal: AbortSignal,
  origin: EventOrigin,
  readings?: readonly Reading[],
): Promise<Forwarded> {
  const { ledger, logger, observer } = context
  const unfinished: Unfinished[] = []
  let hasFailed = false
  let forwarded: Forwarded
  try {
    const doneBefore = doneOf(context, event)
    const work = run(context, event, signal, origin, readings, unfinished)
    const isDone = await isDoneBefore(work, signal, () => {
      hasFailed = unfinished.length > 0
    })
    if (isDone) forwarded = reportOf(ledger, event.event_id, unfinished)
    else {
      work.catch((error: unknown) => {
        const message = 'What was left of an event after its deadline has failed.'
        logger.error({ err: error, event_id: event.event_id }, message)
      })
      forwarded = reportOf(ledger, event.event_id, [...unfinished, ...stillUndecided(context, event)])
      if (!hasFailed && doneOf(context, event) > doneBefore) goOnSoon(context, event)
    }
    if (forwarded.retryAfterMs === undefined) await ledger.sync()
  } catch (error) {
    logger.error({ err: error, event_id: event.event_id }, 'The ledger failed; the event comes again.')
    forwarded = allFailed(ledgerFailure(error))
  }
  observer.event({ event: event.event, timestamp: event.timestamp, result: resultOf(forwarded) })
  return forwarded
}

/** How much of an event is done: grows as long as it only takes its time. */
function doneOf<Target, Remote>({ ledger }: EngineContext<Target, Remote>, event: WebhookEvent): number {
  const steps = ledger.stepsOf(event.event_id)
  return ledger.decisionsOf(event.event_id).length + steps.filter(({ state }) => state !== 'pending').length
}

/** Lets the clock go on with it now. The answer does not wait for that to be written. */
function goOnSoon<Target, Remote>(
  { ledger, logger, now }: EngineContext<Target, Remote>,
  event: WebhookEvent,
): void {
  ledger
    .write((tables) => tables.goOnSoon(event.event_id, now()), { durable: false })
    .catch((error: unknown) => {
      const message = 'The clock goes on with an event later than it could.'
      logger.warn({ err: error, event_id: event.event_id }, message)
    })
}

function stillUndecided<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
): readonly Unfinished[] {
  const readings = context.ledger.readings(event.event_id)
  // It was not even admitted.
  if (readings === undefined)
    return [{ unit: { target: undefined, key: announcementPrefix }, failure: aborted }]
  return undecided(context, event, readings).map((unit) => ({ unit, failure: aborted }))
}

async function run<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  signal: AbortSignal,
  origin: EventOrigin,
  given: readonly Reading[] | undefined,
  unfinished: Unfinished[],
): Promise<void> {
  const { ledger, now } = context
  const readings = await admit(context, event, origin, given)
  if (readings === undefined) return
  // As an earlier attempt may have left them.
  await finishSteps(context, event, signal, unfinished)
  for (;;) {
    const units = undecided(context, event, readings)
    if (units.length === 0) break
    await Promise.all(
      [...Map.groupBy(units, ({ target }) => target).values()].map((each) =>
        decideForTarget(context, event, each, signal, unfinished),
      ),
    )
    await finishSteps(context, event, signal, unfinished)
    // Others may have told a target of it meanwhile: looked at again until nothing is left to decide.
    if (unfinished.length > 0) break
  }
  // What failed may be of another event that waits for the same key: this one is done all the same.
  if (reportOf(ledger, event.event_id, unfinished).retryAfterMs !== undefined) return
  await ledger.write((tables) => tables.finishEvent(event.event_id, now()), { durable: false })
}

function undecided<Target, Remote>(
  { ledger, settings }: EngineContext<Target, Remote>,
  event: WebhookEvent,
  readings: readonly Reading[],
): readonly Unit[] {
  const units = readings.flatMap((reading) => audienceOf(event, reading, settings, ledger))
  // What was ended, at the targets that were told of it, now concerns nobody: that is no news.
  const isNobody = units.some(({ target }) => target === undefined)
  const told = new Set(isNobody ? ledger.decisionsOf(event.event_id).map(({ key }) => key) : [])
  return units.filter(({ target, key }) =>
    target === undefined ? !told.has(key) : !ledger.hasDecision(event.event_id, target, key),
  )
}

/** Decides and carries out what one target is to be told. */
async function decideForTarget<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  units: readonly Unit[],
  signal: AbortSignal,
  unfinished: Unfinished[],
): Promise<void> {
  // News says what is open: after what ends with the same event.
  for (const some of [units.filter(hasSubject), units.filter((unit) => !hasSubject(unit))]) {
    await keysAtOnce(context, some, unfinished, (unit) => decideAndCarryOut(context, event, unit, signal))
  }
}

function hasSubject({ reading }: Unit): boolean {
  return 'subject' in reading
}

async function decideAndCarryOut<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  unit: Unit,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  const { target, key } = unit
  if (signal.aborted) return aborted
  return guarded(context, async () => {
    if (target === undefined) {
      await decideUnit(context, event, unit, [])
      return undefined
    }
    const result = await context.locks.run(target, key, signal, async (lock) => {
      const earlier = await carryOutKey(context, lock, signal)
      if (earlier !== undefined) return { failure: earlier }
      const needed = await decideUnit(context, event, unit, [lock])
      const failure =
        needed?.kind === 'lock'
          ? await decideUnderBoth(context, event, unit, signal, lock, needed.key)
          : needed && waiting(needed.reason, needed.waitMs)
      return { failure: failure ?? (await carryOutKey(context, lock, signal)) }
    })
    return result === undefined ? locked : result.failure
  })
}

/** A storm's steps are finished under its lock before it is opened anew. Nobody asks for a control's lock under a storm's. */
async function decideUnderBoth<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  unit: Unit,
  signal: AbortSignal,
  lock: KeyLock,
  storm: string,
): Promise<Failure | undefined> {
  const result = await context.locks.run(lock.target, storm, signal, async (second) => {
    const failure = await carryOutKey(context, second, signal)
    if (failure !== undefined) return { failure }
    const needed = await decideUnit(context, event, unit, [lock, second])
    return { failure: needed?.kind === 'time' ? waiting(needed.reason, needed.waitMs) : undefined }
  })
  return result === undefined ? locked : result.failure
}

/**
 * Carries out what is decided of an event and not done: steps of storms too, and those of earlier events that say what this
 * one does.
 */
async function finishSteps<Target, Remote>(
  context: EngineContext<Target, Remote>,
  event: WebhookEvent,
  signal: AbortSignal,
  unfinished: Unfinished[],
): Promise<void> {
  const steps = dueSteps(context, event.event_id)
  await Promise.all(
    [...Map.groupBy(steps, ({ target }) => target).values()].map((each) =>
      finishKeys(context, each, signal, unfinished),
    ),
  )
}

/** Carries out what is to be carried out for some keys of one target. */
export function finishKeys<Target, Remote>(
  context: EngineContext<Target, Remote>,
  places: readonly { readonly target: string; readonly key: string }[],
  signal: AbortSignal,
  unfinished: Unfinished[],
): Promise<void> {
  const each = new Map(places.map((place) => [place.key, place]))
  return keysAtOnce(context, [...each.values()], unfinished, ({ target, key }) =>
    finishKey(context, target, key, signal),
  )
}

function dueSteps<Target, Remote>(
  { ledger, now }: EngineContext<Target, Remote>,
  eventId: string,
): readonly StoredStep[] {
  return ledger.pendingFor(eventId).filter(({ notBeforeMs = 0 }) => notBeforeMs <= now())
}

function finishKey<Target, Remote>(
  context: EngineContext<Target, Remote>,
  target: string,
  key: string,
  signal: AbortSignal,
): Promise<Failure | undefined> {
  return guarded(context, async () => {
    const result = await context.locks.run(target, key, signal, async (lock) => ({
      failure: await carryOutKey(context, lock, signal),
    }))
    return result === undefined ? locked : result.failure
  })
}

/** What fails with the ledger must not end what is done for other targets. */
async function guarded<Target, Remote>(
  { logger }: EngineContext<Target, Remote>,
  work: () => Promise<Failure | undefined>,
): Promise<Failure | undefined> {
  try {
    return await work()
  } catch (error) {
    logger.error({ err: error }, 'The ledger failed; the event comes again.')
    return ledgerFailure(error)
  }
}

/** @param onAbort called before anything else that the abort of `signal` ends. */
async function isDoneBefore(work: Promise<void>, signal: AbortSignal, onAbort: () => void): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<false>()
  const giveUp = (): void => {
    onAbort()
    resolve(false)
  }
  if (signal.aborted) giveUp()
  signal.addEventListener('abort', giveUp, { once: true })
  try {
    return await Promise.race([work.then(() => true), promise])
  } finally {
    signal.removeEventListener('abort', giveUp)
  }
}
