import type { HeldClaim } from './dedupe-store.ts'
import { NonRetryableError, RetryLaterError } from './handler-errors.ts'
import type { BoundHandler, HandlerContext } from './handlers.ts'
import type { ReceiverSettings } from './options.ts'
import type { Outcome } from './outcome.ts'
import type { Registry } from './registry.ts'
import type { HandlerOutcome, TelemetryFacts } from './telemetry.ts'
import type { ReceivedEvent } from './verify-request.ts'

/** What the handlers of an event run with. */
export interface HandlerRun {
  readonly received: ReceivedEvent
  readonly facts: TelemetryFacts
  readonly signal: AbortSignal
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
  return (handlers, run) =>
    telemetry.trace({ name: 'event.handle', facts: run.facts }, () => runAll(handlers, run))

  async function runAll(handlers: readonly BoundHandler[], run: HandlerRun): Promise<Outcome> {
    let kind: 'processed' | 'ignored' | 'failed' = 'processed'
    let retryAfterMs: number | undefined
    for (const [index, handler] of handlers.entries()) {
      const { outcome, afterMs } = await runOne(handler, run)
      if (afterMs !== undefined) retryAfterMs = Math.max(retryAfterMs ?? 0, afterMs)
      if (outcome === 'failed' || outcome === 'retry_later') {
        kind = 'failed'
        continue
      }
      if (outcome === 'gave_up' && kind === 'processed') kind = 'ignored'
      // The last one needs no record when nothing failed before it: then the whole event is done.
      const isLast = index === handlers.length - 1
      if ((!isLast || kind === 'failed') && !(await run.onFinished(handler.name)))
        return { kind: 'in_progress', retryAfterMs: interruptedMs }
    }
    return retryAfterMs === undefined ? { kind } : { kind: 'unavailable', retryAfterMs }
  }

  async function runOne(
    { name: handler, run: call }: BoundHandler,
    { received, facts, signal, claim }: HandlerRun,
  ): Promise<{ readonly outcome: HandlerOutcome; readonly afterMs?: number }> {
    const context = { ...received.context, signal, handler, claim }
    const startedAt = performance.now()
    const finish = (outcome: HandlerOutcome): void => {
      const durationMs = performance.now() - startedAt
      telemetry.record({ name: 'handler.finished', facts, handler, outcome, durationMs })
    }
    try {
      await telemetry.trace({ name: 'handler.run', facts, handler }, async () => call(context))
      finish('succeeded')
      return { outcome: 'succeeded' }
    } catch (error) {
      const outcome = outcomeOf(error)
      finish(outcome)
      await tellFailure(error, received, context, outcome)
      return error instanceof RetryLaterError ? { outcome, afterMs: error.afterMs } : { outcome }
    }
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
