import { nearestName } from '@complywise/service'

/** Which of `names` was most likely meant; `undefined` when none is close. */
export function didYouMean(name: string, names: readonly string[]): string | undefined {
  const written = snakeCase(name)
  const same = names.find((other) => snakeCase(other) === written)
  if (same !== undefined) return same
  const nearest = nearestName(written, names)
  // Two letters changed make any short word of any other.
  return nearest !== undefined && (written.length > 4 || written[0] === nearest[0]) ? nearest : undefined
}

/** `quietHours`, `quiet-hours` and `Quiet hours` are all `quiet_hours`. */
function snakeCase(name: string): string {
  return name
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .replace(/[\s-]+/g, '_')
    .toLowerCase()
}
