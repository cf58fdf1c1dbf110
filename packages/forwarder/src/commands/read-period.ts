import { UsageError } from '@complywise/service'
import { z } from 'zod'

/** From when, inclusive, to when, exclusive; RFC 3339 UTC. */
export interface Period {
  readonly from?: string
  readonly to?: string
}

/**
 * Reads a period from options: each end is a day of the calendar, which begins at midnight UTC, or an instant with its offset.
 *
 * @throws {UsageError} that names the option: no other form, no day that does not exist, no period without any time.
 */
export function readPeriod(from: string | undefined, to: string | undefined): Period {
  const period = {
    ...(from !== undefined && { from: readInstant('--from', from) }),
    ...(to !== undefined && { to: readInstant('--to', to) }),
  }
  if (period.from !== undefined && period.to !== undefined && period.from >= period.to) {
    throw new UsageError(
      `--to: Expected an instant after that of --from, ${period.from}, but it is ${period.to}.`,
    )
  }
  return period
}

const instant = z.union([z.iso.date(), z.iso.datetime({ offset: true })])

function readInstant(option: string, text: string): string {
  if (instant.safeParse(text).success) return new Date(text).toISOString()
  const examples = '2026-03-01 (in UTC) or 2026-03-01T12:00:00+01:00'
  throw new UsageError(
    `${option}: Expected a day of the calendar or an instant with its offset, such as ${examples}.`,
  )
}
