import type { Logger } from '@complywise/service'
import { type Log, NonRetryableError, RetryLaterError } from '@complywise/webhooks'

/** What the SDK's receiver tells, in the process's log. What is to be tried again is left out: its own line says why. */
export function receiverLog(logger: Logger): Log {
  return {
    warn(message, { error, ...details }) {
      if (!(error instanceof RetryLaterError)) logger.warn({ ...details, ...asErr(error) }, message)
    },
    error(message, { error, ...details }) {
      // Put aside on purpose, and nothing that broke.
      if (error instanceof NonRetryableError) logger.warn(details, error.message)
      else logger.error({ ...details, ...asErr(error) }, message)
    },
  }
}

function asErr(error: unknown): { readonly err?: unknown } {
  return error === undefined ? {} : { err: error }
}
