import type { HeldClaim } from './dedupe-store.ts'
import type { EventAbort } from './event-abort.ts'
import { EventContext } from './event-context.ts'
import { NonRetryableError, RetryLaterError } from './handler-errors.ts'
import type { BoundHandler, HandlerContext } from './handlers.ts'
import type { ReceiverSettings } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Registry } from './registry.ts'
import type { HandlerOutcome } from './telemetry.ts'
import { factsOf, type ReceivedEvent } from './verify-request.ts'

/** What the handlers of an event run with. */
export interface HandlerRun {
  readonly received: ReceivedEvent
  readonly abort: EventAbort
  readonly claim: HeldClaim | undefined
  /**
   * Records that a handler need not run again when others have to.
   *
   * @returns whether to go on.
   */
  onFinished(handler: string): Promise<boolean>
}

/**
 * Runs handlers one after the other, in the order given. One that fails does not keep the next from running.
 *
 * @returns what became of them together: `ignored` when all have finished and one of them gave up; `unavailable` when one
 * asked for time, which counts more than the failures of others; `in_progress` when they were told not to go on.
 */
export type RunHandlers = (handlers: readonly BoundHandler[], run: HandlerRun) => Promise<Outcome>

/** Makes the function that runs the handlers of a receiver and tells of what they throw. */
export function createRunHandlers(
  { log, telemetry }: ReceiverSettings,
  { errorCallbacks }: Registry,
): RunHandlers {
  return (handlers, run) => {
    const work = (): Promise<Outcome> => runAll(handlers, run)
    return telemetry?.trace?.({ name: 'event.handle', facts: factsOf(run.received) }, work) ?? work()
  }

  async function runAll(handlers: readonly BoundHandler[], run: HandlerRun): Promise<Outcome> {
    let kind: 'processed' | 'ignored' | 'failed' = 'processed'
    let retryAfterMs: number | undefined
    let left = handlers.length
    for (const handler of handlers) {
      // Another may be running it: the one before has thrown because of that, or asked for no record.
      if (run.abort.isLost) return { kind: 'in_progress', retryAfterMs: interruptedMs }
      const failure = await runOne(handler, run)
      left -= 1
      if (failure?.afterMs !== undefined) retryAfterMs = Math.max(retryAfterMs ?? 0, failure.afterMs)
      if (failure && failure.outcome !== 'gave_up') {
        kind = 'failed'
        continue
      }
      if (failure && kind === 'processed') kind = 'ignored'
      // The last one needs no record when nothing failed before it: then the whole event is done.
      if ((left > 0 || kind === 'failed') && !(await run.onFinished(handler.name))) {
        return { kind: 'in_progress', retryAfterMs: interruptedMs }
      }
    }
    return retryAfterMs === undefined ? { kind } : { kind: 'unavailable', retryAfterMs }
  }

  async function runOne(handler: BoundHandler, run: HandlerRun): Promise<Failure | undefined> {
    const { received, abort, claim } = run
    const context = new EventContext(received.context, handler.name, claim, abort)
    const startedAt = telemetry && performance.now()
    try {
      await (telemetry?.trace
        ? telemetry.trace(
            { name: 'handler.run', facts: factsOf(received), handler: handler.name },
            async () => handler.run(context),
          )
        : handler.run(context))
      record(handler, received, 'succeeded', startedAt)
      return undefined
    } catch (error) {
      const outcome = outcomeOf(error)
      record(handler, received, outcome, startedAt)
      await tellFailure(error, received, context, outcome)
      return { outcome, afterMs: error instanceof RetryLaterError ? error.afterMs : undefined }
    }
  }

  function record(
    { name: handler }: BoundHandler,
    received: ReceivedEvent,
    outcome: HandlerOutcome,
    startedAt = 0,
  ): void {
    if (!telemetry) return
    const durationMs = performance.now() - startedAt
    telemetry.record({ name: 'handler.finished', facts: factsOf(received), handler, outcome, durationMs })
  }

  async function tellFailure(
    error: unknown,
    { event }: ReceivedEvent,
    context: HandlerContext,
    outcome: HandlerOutcome,
  ): Promise<void> {
    const { handler, deliveryId } = context
    const details = { error, outcome, handler, event: event.event, eventId: event.event_id, deliveryId }
    log[outcome === 'retry_later' ? 'warn' : 'error'](failureMessages[outcome], details)
    for (const callback of errorCallbacks) {
      try {
        await callback({ error, event, context })
      } catch (error) {
        log.error('A callback of onError failed.', { error })
      }
    }
  }
}

interface Failure {
  readonly outcome: HandlerOutcome
  readonly afterMs: number | undefined
}

/** How long the sender is asked to wait for whoever has taken the event over. */
const interruptedMs = 5000

const failureMessages: Readonly<Record<HandlerOutcome, string>> = {
  succeeded: '',
  failed: 'A webhook handler failed; the sender tries again.',
  gave_up: 'A webhook handler gave its event up for good.',
  retry_later: 'A webhook handler asked to be tried again later.',
}

function outcomeOf(error: unknown): HandlerOutcome {
  if (error instanceof NonRetryableError) return 'gave_up'
  return error instanceof RetryLaterError ? 'retry_later' : 'failed'
}
