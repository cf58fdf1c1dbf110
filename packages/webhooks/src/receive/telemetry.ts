import type { RejectionCode } from '../errors.ts'

/**
 * Where a receiver tells what it does, for metrics and traces: one hook, whose events keep their names. They hold no
 * `data`, no body and no secret. `openTelemetry` of `@complywise/webhooks/opentelemetry` is one.
 */
export interface Telemetry {
  /** Called once for everything that happened. What it throws is dropped. */
  record(event: TelemetryEvent): void
  /**
   * Runs a piece of work, such as in a span that is active while it runs: must call `work` exactly once, and return what
   * it returns. Without it the work is run directly.
   */
  trace?<Result>(span: TelemetrySpan, work: () => Promise<Result>): Promise<Result>
}

/** A piece of work. */
export interface TelemetrySpan {
  /** `event.handle`: all handlers of an event. `handler.run`: one of them. */
  readonly name: 'event.handle' | 'handler.run'
  readonly facts: TelemetryFacts
  /** The handler's name, for `handler.run`. */
  readonly handler?: string
}

/** What is known of a verified request. */
export interface TelemetryFacts {
  /** The event's type. Any string, where it is not in the catalog. */
  readonly eventType: string
  readonly eventId: string
  readonly deliveryId: string | undefined
  readonly attempt: number | undefined
  /** The id of the secret that signed the body: a secret that is no longer seen can be dropped. */
  readonly secretId: string
  readonly tenant: string | undefined
}

/** How a verified event was answered. */
export type EventOutcome = 'processed' | 'ignored' | 'duplicate' | 'failed' | 'in_progress' | 'unavailable'

/** What became of one run of one handler. */
export type HandlerOutcome = 'succeeded' | 'failed' | 'gave_up' | 'retry_later'

/** Something that happened. Durations are in milliseconds. */
export type TelemetryEvent =
  | {
      readonly name: 'request.rejected'
      readonly code: RejectionCode
      readonly status: number
      readonly durationMs: number
    }
  | {
      readonly name: 'event.answered'
      readonly facts: TelemetryFacts
      readonly outcome: EventOutcome
      readonly status: number
      readonly durationMs: number
    }
  | {
      readonly name: 'handler.finished'
      readonly facts: TelemetryFacts
      readonly handler: string
      readonly outcome: HandlerOutcome
      readonly durationMs: number
    }
  | { readonly name: 'store.failed'; readonly operation: StoreOperation }
  | { readonly name: 'claim.lost'; readonly facts: TelemetryFacts }

/** A verb of the store. */
export type StoreOperation = 'claim' | 'renew' | 'checkpoint' | 'complete' | 'release'
