import type { Mute, QuietHours } from '../config/settings.ts'
import { muteFor } from './mute.ts'
import { quietUntil } from './quiet-hours.ts'
import type { Routable } from './routable.ts'

/** Why something is not told yet, and until when. */
export interface Hold {
  readonly until: Date
  /** What holds it first; `until` is the end of whatever follows without a gap. */
  readonly reason: 'muted' | 'quiet_hours'
  /** For `explain` and the ledger: `mutes[0] until 2027-01-31T00:00:00.000Z: Accepted by the board (ciso@acme.example).` */
  readonly why: string
}

/**
 * Whether something has to wait at `now`, by a mute or by the quiet hours of its route. `severity` is the one after routing.
 *
 * @returns `undefined` when it is to be told at once.
 */
export function holdFor(
  routable: Routable,
  quietHours: QuietHours | undefined,
  settings: { readonly mutes: readonly Mute[] },
  now: Date,
): Hold | undefined {
  const first = nextHold(routable, quietHours, settings, now)
  if (first === undefined) return undefined
  let { until } = first
  for (let round = 0; round < 2 * settings.mutes.length + 2; round++) {
    const next = nextHold(routable, quietHours, settings, until)
    if (next === undefined) break
    until = next.until
  }
  return { ...first, until }
}

function nextHold(
  routable: Routable,
  quietHours: QuietHours | undefined,
  settings: { readonly mutes: readonly Mute[] },
  now: Date,
): Hold | undefined {
  const mute = muteFor(routable, settings, now)
  if (mute !== undefined) {
    const until = new Date(mute.until)
    const why = `mutes[${mute.index}] until ${until.toISOString()}: ${mute.reason} (${mute.approvedBy}).`
    return { until, reason: 'muted', why }
  }
  const until = quietUntil(quietHours, now, routable.severity)
  return until && { until, reason: 'quiet_hours', why: `Quiet hours until ${until.toISOString()}.` }
}
