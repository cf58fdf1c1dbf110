import { pino, type Logger } from 'pino'
import { redactFields } from './redact-fields.ts'
import { serializeError } from './serialize-error.ts'

/** How much is logged, from most to least. */
export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const

/** One of {@link logLevels}. */
export type LogLevel = (typeof logLevels)[number]

/** Who writes, how much, and where to. */
export interface LoggerOptions {
  /** Which app writes; stands in every line. */
  readonly name: string
  /** Lines below this are dropped. Default `info`. */
  readonly level?: LogLevel
  /** Where lines go. A command that prints its result on stdout logs to stderr. Default `stdout`. */
  readonly destination?: 'stdout' | 'stderr'
}

/**
 * A logger that writes one JSON object per line: `time` (RFC 3339, UTC, milliseconds), `level` as a word, `name`, `msg`.
 *
 * Fields named like a credential are written as `[redacted]`, see {@link redactFields}; an error under `err` is written
 * with its code and its causes, see {@link serializeError}. Lines are written before the call returns, so none is lost
 * at exit.
 */
export function createLogger({ name, level = 'info', destination = 'stdout' }: LoggerOptions): Logger {
  return pino(
    {
      name,
      level,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }), log: redactFields, bindings: redactFields },
      serializers: { err: serializeError },
    },
    pino.destination({ fd: destination === 'stdout' ? 1 : 2, sync: true }),
  )
}
