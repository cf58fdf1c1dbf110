import { setTimeout as sleep } from 'node:timers/promises'
import { happenings, type Happening } from './happenings.ts'
import type { Stage } from './stage.ts'

const EVERY_MS = 4000
/** Of so many events … */
const CYCLE = 24
/** … the receiver `alerts` fails these, its endpoint is given rest, and then gets what was kept. */
const OUTAGE = { from: 6, to: 14 }

/**
 * Publishes an event every few seconds until `signal` aborts, so that there is something to watch: `alerts` fails
 * each event twice before it takes it, as ever; then all of them for half a minute, and recovers.
 */
export async function goOn({ publisher, subscribers }: Stage, signal: AbortSignal): Promise<void> {
  const alerts = subscribers.find(({ name }) => name === 'alerts')?.receiver
  for (let count = 0; !signal.aborted; count += 1) {
    const place = count % CYCLE
    alerts?.setFailing(place >= OUTAGE.from && place < OUTAGE.to)
    await publisher.publish(nextHappening(count))
    await sleep(EVERY_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** One after the other of an hour's events, as if it happened now; the late one is left out. */
function nextHappening(count: number): Happening {
  const now = new Date()
  const all = happenings(now).slice(0, -1)
  // `at` is within the list, whatever the count.
  const happening = all[count % all.length]
  if (happening === undefined) throw new RangeError('An hour without events')
  return { ...happening, timestamp: now.toISOString() }
}
