import { readFile } from 'node:fs/promises'
import { z } from 'zod'

/** One request as the receiver saw it. */
export type LedgerEntry = z.output<typeof received> & {
  /** When the receiver was done with it; on the same clock as `startedAt`. `undefined` when it never was. */
  readonly endedAt: number | undefined
}

/** A line of the ledger: a request has come, or the receiver is done with it. */
export type LedgerLine = z.output<typeof received> | z.output<typeof ended>

const received = z.object({
  kind: z.literal('received'),
  request: z.int(),
  /** The path it came to; each subscription has its own. */
  path: z.string(),
  deliveryId: z.string(),
  eventId: z.string(),
  attempt: z.int(),
  /** Why the SDK refused the request; `null` when it verified. */
  refusal: z.string().nullable(),
  /** On the machine's clock, to compare with other processes; milliseconds since the epoch. */
  at: z.number(),
  /** On the receiver's monotonic clock, to compare requests with each other; milliseconds. */
  startedAt: z.number(),
})

const ended = z.object({ kind: z.literal('ended'), request: z.int(), endedAt: z.number() })

const line = z.discriminatedUnion('kind', [received, ended])

/** Every request in the ledger, in the order in which they came. */
export async function readLedger(path: string): Promise<readonly LedgerEntry[]> {
  const text = await readFile(path, 'utf8')
  const lines = text
    .split('\n')
    .filter((json) => json !== '')
    .map((json) => line.parse(JSON.parse(json)))
  const endings = new Map(
    lines.filter((entry) => entry.kind === 'ended').map((entry) => [entry.request, entry.endedAt]),
  )
  return lines
    .filter((entry) => entry.kind === 'received')
    .map((entry) => ({ ...entry, endedAt: endings.get(entry.request) }))
}
