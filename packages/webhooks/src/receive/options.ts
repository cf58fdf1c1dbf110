import { WebhookError } from '../errors.ts'
import { assertUsable, inspectSecret } from '../wire/secret.ts'
import type { FreshnessLimits } from './freshness.ts'
import type { Log } from './log.ts'

/** How a receiver is set up. Everything but `secret` has a default. */
export interface ReceiverOptions {
  /**
   * The subscription's secret, or several while it is being rotated: a body signed with any of them is accepted.
   * Several are told apart by their index, so the order is yours. `undefined` is refused like an empty secret,
   * which lets an environment variable be passed as it is.
   */
  readonly secret: string | readonly string[] | undefined
  /** The longest body accepted, in bytes. Default: 1 MiB. */
  readonly maxBodyBytes?: number
  /**
   * How old an event may be when its attempt time is not signed. Default: 7 days; at least 2 days, because the
   * sender's default schedule spreads its attempts over 39 hours.
   */
  readonly maxAgeMs?: number
  /** How far ahead of this machine's clock an event's time may be. Default: 5 minutes. */
  readonly clockSkewMs?: number
  /** How far a signed attempt time may be from this machine's clock, either way. Default: 5 minutes. */
  readonly attemptWindowMs?: number
  /** Whether to refuse a request without a signed attempt time. Default: false. */
  readonly requireAttemptSignature?: boolean
  /** The clock. Default: the machine's. */
  readonly now?: () => Date
  /** Where refusals and failures are told. Default: `console`. */
  readonly log?: Log
}

/** The options of a receiver, checked and complete. */
export interface ReceiverSettings extends FreshnessLimits {
  readonly secrets: readonly string[]
  readonly maxBodyBytes: number
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
  const { secret = '', log = console, now = () => new Date(), requireAttemptSignature = false } = options
  const secrets = typeof secret === 'string' ? [secret] : [...secret]
  assertUsable(secrets)
  const settings: ReceiverSettings = {
    secrets,
    maxBodyBytes: atLeast('maxBodyBytes', options.maxBodyBytes ?? 1_048_576, 1),
    maxAgeMs: atLeast('maxAgeMs', options.maxAgeMs ?? 7 * dayMs, 2 * dayMs),
    clockSkewMs: atLeast('clockSkewMs', options.clockSkewMs ?? 5 * minuteMs, 0),
    attemptWindowMs: atLeast('attemptWindowMs', options.attemptWindowMs ?? 5 * minuteMs, 1000),
    requireAttemptSignature,
    now,
    log: neverThrowing(log),
  }
  for (const [index, each] of secrets.entries()) warnIfWeak(each, index, settings.log)
  return settings
}

function atLeast(name: string, value: number, minimum: number): number {
  if (Number.isFinite(value) && value >= minimum) return value
  throw new WebhookError('option_invalid', `${name} is ${value}; it must be a number of at least ${minimum}.`)
}

function warnIfWeak(secret: string, secretIndex: number, log: Log): void {
  const inspection = inspectSecret(secret)
  if (!inspection.usable || !inspection.weakness) return
  log.warn(`Weak webhook secret. ${inspection.detail}`, { code: inspection.weakness, secretIndex })
}

/** A log that fails must not cost an event its reply. */
function neverThrowing(log: Log): Log {
  return {
    warn: (...entry) => quietly(() => log.warn(...entry)),
    error: (...entry) => quietly(() => log.error(...entry)),
  }
}

function quietly(write: () => void): void {
  try {
    write()
  } catch {
    // There is nowhere left to tell.
  }
}
