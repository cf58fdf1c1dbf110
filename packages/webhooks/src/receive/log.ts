/**
 * Where a receiver tells its operator what it refused and what failed. `console` is one.
 *
 * Entries never hold a secret or a body, unless what your own code throws does. A logger that takes the details first is wrapped, here pino:
 *
 * @example
 * const log: Log = {
 *   warn: (message, details) => logger.warn(details, message),
 *   error: (message, details) => logger.error(details, message),
 * }
 */
export interface Log {
  /** A request was refused, or a setting deserves attention. */
  warn(message: string, details: Readonly<Record<string, unknown>>): void
  /** A handler threw, or the receiver is mounted so that it cannot work. */
  error(message: string, details: Readonly<Record<string, unknown>>): void
}
