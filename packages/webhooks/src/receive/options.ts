import { WebhookError } from '../errors.ts'
import { memoryStore } from '../stores/memory/memory-store.ts'
import { inspectSecret } from '../wire/secret.ts'
import type { ClaimTerms, DedupeStore } from './dedupe-store.ts'
import type { FieldDrift } from './drift.ts'
import type { FreshnessLimits } from './freshness.ts'
import type { Log } from './log.ts'
import { quietLog, quietTelemetry } from './quiet.ts'
import type { Rejection } from './rejection.ts'
import { assertSecrets, normalizeSecrets, type Secret, type SecretResolver, type Secrets } from './secrets.ts'
import type { Telemetry } from './telemetry.ts'

/** How a receiver is set up. Everything but `secret` has a default. */
export interface ReceiverOptions {
  /**
   * The subscription's secret; several while it is being rotated; or a function that finds them for each request.
   * `undefined` is refused like an empty secret, which lets an environment variable be passed as it is.
   */
  readonly secret: Secrets | SecretResolver | undefined
  /**
   * Where events are remembered, so that each is handled once. Default: the memory of this process, which a restart
   * empties and other processes do not share. `false`: nowhere, and handlers run for every delivery.
   */
  readonly store?: DedupeStore | false | undefined
  /** Tells receivers that share a store apart: each handles every event once. Default: `default`. */
  readonly name?: string | undefined
  /** How long a claim lasts unless it is renewed, as it is while handlers run. Default: 30 seconds; at least 1. */
  readonly leaseMs?: number | undefined
  /**
   * How long completed events are remembered. Default, and at least: `maxAgeMs + clockSkewMs`. What is forgotten
   * earlier could be replayed.
   */
  readonly retentionMs?: number | undefined
  /** How long the store may take to answer. Default: 5 seconds. */
  readonly storeTimeoutMs?: number | undefined
  /**
   * What to do while the store cannot be asked: `refuse` answers 503, and the sender tries again; `process` runs the
   * handlers without it, and an event may be handled more than once. Default: `refuse`.
   */
  readonly onStoreError?: 'refuse' | 'process' | undefined
  /** The longest body accepted, in bytes. Default: 1 MiB. */
  readonly maxBodyBytes?: number | undefined
  /**
   * How old an event may be when its attempt time is not signed. Default: 7 days; at least 2 days, because the
   * sender's default schedule spreads its attempts over 39 hours.
   */
  readonly maxAgeMs?: number | undefined
  /** How far ahead of this machine's clock an event's time may be. Default: 5 minutes. */
  readonly clockSkewMs?: number | undefined
  /** How far a signed attempt time may be from this machine's clock, either way. Default: 5 minutes. */
  readonly attemptWindowMs?: number | undefined
  /** Whether to refuse a request without a signed attempt time. Default: false. */
  readonly requireAttemptSignature?: boolean | undefined
  /**
   * Aborts when the process shuts down. Handlers then see their signals abort, and new requests are answered 503.
   * Default: never.
   */
  readonly signal?: AbortSignal | undefined
  /** Told of every request that was refused, besides the log. Not awaited; what it throws is logged. Default: nothing. */
  readonly onRejected?: ((rejection: Rejection) => unknown) | undefined
  /**
   * Told of fields that the schemas of this version do not have, each once per process: time to update. They never
   * fail an event. Default: nothing.
   */
  readonly onDrift?: ((drift: FieldDrift) => unknown) | undefined
  /** Where metrics and traces go. Default: nowhere. */
  readonly telemetry?: Telemetry | undefined
  /** The clock. Default: the machine's. */
  readonly now?: (() => Date) | undefined
  /** Where refusals and failures are told. Default: `console`. */
  readonly log?: Log | undefined
}

/** The options of a receiver, checked and complete. */
export interface ReceiverSettings extends FreshnessLimits, ClaimTerms {
  readonly secrets: readonly Secret[] | SecretResolver
  readonly store: DedupeStore | undefined
  readonly name: string
  readonly storeTimeoutMs: number
  readonly onStoreError: 'refuse' | 'process'
  readonly maxBodyBytes: number
  readonly signal: AbortSignal | undefined
  readonly onRejected: ((rejection: Rejection) => unknown) | undefined
  readonly onDrift: ((drift: FieldDrift) => unknown) | undefined
  readonly telemetry: Telemetry | undefined
  readonly now: () => Date
  readonly log: Log
}

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs

/**
 * Checks the options and fills in the defaults. A weak secret is warned about.
 *
 * @throws {WebhookError} with a `SecretErrorCode`, or `option_invalid`.
 */
export function resolveOptions(options: ReceiverOptions): ReceiverSettings {
  const { secret = '', store, log = console, name = 'default', onStoreError = 'refuse' } = options
  const secrets = typeof secret === 'function' ? secret : normalizeSecrets(secret)
  // From JavaScript: a store that was not called or not awaited would answer 503 for ever.
  if (store && typeof store.claim !== 'function') {
    throw new WebhookError('option_invalid', 'store is no DedupeStore; was it not called, or not awaited?')
  }
  if (options.signal && typeof options.signal.addEventListener !== 'function') {
    throw new WebhookError('option_invalid', 'signal is no AbortSignal.')
  }
  const maxAgeMs = atLeast('maxAgeMs', options.maxAgeMs, 7 * dayMs, 2 * dayMs)
  const clockSkewMs = atLeast('clockSkewMs', options.clockSkewMs, 5 * minuteMs, 0)
  const attemptWindowMs = atLeast('attemptWindowMs', options.attemptWindowMs, 5 * minuteMs, 1000)
  // An event is either remembered or too old; a signed attempt time is accepted for two windows.
  const replayableMs = Math.max(maxAgeMs + clockSkewMs, 2 * attemptWindowMs)
  const settings: ReceiverSettings = {
    secrets,
    store: store === false ? undefined : (store ?? memoryStore()),
    name,
    leaseMs: atLeast('leaseMs', options.leaseMs, minuteMs / 2, 1000, maxTimerMs),
    retentionMs: atLeast('retentionMs', options.retentionMs, replayableMs, replayableMs),
    storeTimeoutMs: atLeast('storeTimeoutMs', options.storeTimeoutMs, 5000, 1, maxTimerMs),
    onStoreError,
    maxBodyBytes: atLeast('maxBodyBytes', options.maxBodyBytes, 1_048_576, 1),
    maxAgeMs,
    clockSkewMs,
    attemptWindowMs,
    requireAttemptSignature: options.requireAttemptSignature ?? false,
    signal: options.signal,
    onRejected: options.onRejected,
    onDrift: options.onDrift,
    telemetry: options.telemetry && quietTelemetry(options.telemetry),
    now: options.now ?? (() => new Date()),
    log: quietLog(log),
  }
  if (typeof secrets !== 'function') {
    assertSecrets(secrets)
    for (const each of secrets) warnIfWeak(each, settings.log)
  }
  return settings
}

// What a timer can wait for; a longer one would fire at once.
const maxTimerMs = 2 ** 31 - 1

function atLeast(
  name: string,
  value: number | undefined,
  byDefault: number,
  minimum: number,
  maximum = Number.MAX_SAFE_INTEGER,
): number {
  if (value === undefined) return byDefault
  if (Number.isFinite(value) && value >= minimum && value <= maximum) return value
  const range = `of at least ${minimum} and at most ${maximum}`
  throw new WebhookError('option_invalid', `${name} is ${value}; it must be a number ${range}.`)
}

function warnIfWeak({ id, value }: Secret, log: Log): void {
  const inspection = inspectSecret(value)
  if (!inspection.usable || !inspection.weakness) return
  log.warn(`Weak webhook secret. ${inspection.detail}`, { code: inspection.weakness, secretId: id })
}
