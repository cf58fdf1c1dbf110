import type { Logger } from '@complywise/service'
import type { Pool } from 'pg'
import type { DispatchObserver } from '../dispatch/observer.ts'
import { findWatched, lockKeyOf, LOOK_EVERY_MS } from './watched-accounts.ts'

/** The channel on which changed deliveries are told: their ids, separated by commas, or `*` for too many to name. */
export const LIVE_CHANNEL = 'webhooks_live'

/** Tells viewers in any process what a dispatcher settles. */
export interface LiveNotifier {
  readonly observer: DispatchObserver
  close(): void
}

const GATHER_MS = 100
const MAX_IDS = 1000
// A notification carries at most 8,000 bytes.
const IDS_PER_NOTIFICATION = 200

/** Costs one small query a second as long as nobody watches. */
export function createLiveNotifier(pool: Pool, logger: Logger): LiveNotifier {
  let watched: ReadonlySet<number> = new Set()
  const changed = new Set<string>()
  let gathering: NodeJS.Timeout | undefined
  let isLooking = false

  async function look(): Promise<void> {
    if (isLooking) return
    isLooking = true
    watched = await findWatched(pool).catch((err: unknown) => {
      logger.debug({ err }, 'looking for viewers failed')
      return watched
    })
    isLooking = false
  }

  async function tell(): Promise<void> {
    gathering = undefined
    const payloads = toPayloads([...changed])
    changed.clear()
    await pool
      .query('select pg_notify($1, payload) from unnest($2::text[]) payload', [LIVE_CHANNEL, payloads])
      .catch((err: unknown) => logger.debug({ err }, 'telling viewers failed'))
  }

  const looking = setInterval(() => void look(), LOOK_EVERY_MS)
  void look()
  return {
    observer: {
      settled(delivery) {
        if (watched.size === 0 || !watched.has(lockKeyOf(delivery.accountId))) return
        if (changed.size <= MAX_IDS) changed.add(delivery.id)
        gathering ??= setTimeout(() => void tell(), GATHER_MS)
      },
    },
    close() {
      clearInterval(looking)
      clearTimeout(gathering)
    },
  }
}

function toPayloads(ids: readonly string[]): readonly string[] {
  if (ids.length > MAX_IDS) return ['*']
  const count = Math.ceil(ids.length / IDS_PER_NOTIFICATION)
  return Array.from({ length: count }, (_, index) =>
    ids.slice(index * IDS_PER_NOTIFICATION, (index + 1) * IDS_PER_NOTIFICATION).join(','),
  )
}
