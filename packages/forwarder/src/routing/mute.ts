import type { Mute } from '../config/settings.ts'
import { findMismatch } from './match.ts'
import type { Routable } from './routable.ts'

/** A mute that applies. */
export interface ActiveMute extends Mute {
  /** Its place in `settings.mutes`, from 0. */
  readonly index: number
}

/** The mute that applies to something at `now`; of several, the one that ends last. `severity` is the one after routing. */
export function muteFor(
  routable: Routable,
  settings: { readonly mutes: readonly Mute[] },
  now: Date,
): ActiveMute | undefined {
  return settings.mutes
    .map((mute, index) => ({ ...mute, index }))
    .filter(({ until }) => now.getTime() < Date.parse(until))
    .filter(({ match }) => findMismatch(match, routable, 'all-types') === undefined)
    .toSorted((a, b) => Date.parse(b.until) - Date.parse(a.until))[0]
}
