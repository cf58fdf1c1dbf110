import type { Schemas } from '../../api/client.ts'

type SecretInfo = Schemas['SecretInfo']

/** Where a secret stands on the timeline, in percent of its width. */
export interface SecretBar {
  readonly secret: SecretInfo
  readonly isNewest: boolean
  readonly left: number
  readonly width: number
  /** Whether it was made before the timeline begins. */
  readonly beganBefore: boolean
}

/** A rotation that is under way. */
export interface RotationLayout {
  readonly startMs: number
  readonly endMs: number
  /** In percent. */
  readonly now: number
  /** Oldest first, so that the eye goes from what ends to what begins. */
  readonly bars: readonly SecretBar[]
}

// Of the time from the rotation to its end: shown before the one and after the other.
const MARGIN = 0.15

/**
 * Places the secrets that sign now on a line of time, from a little before the newest was made to a little after the last
 * of the others expires.
 *
 * @param secrets newest first.
 * @returns `undefined` when only one signs.
 */
export function layoutRotation(secrets: readonly SecretInfo[], nowMs: number): RotationLayout | undefined {
  const [newest, ...older] = secrets.filter(
    ({ expires_at: at }, index) => index === 0 || at === null || Date.parse(at) > nowMs,
  )
  if (newest === undefined || older.length === 0) return undefined
  const rotatedMs = Date.parse(newest.created_at)
  const lastMs = Math.max(...older.map(({ expires_at: at }) => (at === null ? nowMs : Date.parse(at))))
  const marginMs = Math.max(1, lastMs - rotatedMs) * MARGIN
  const [startMs, endMs] = [rotatedMs - marginMs, lastMs + marginMs]
  const toPercent = (ms: number): number =>
    (100 * (Math.min(endMs, Math.max(startMs, ms)) - startMs)) / (endMs - startMs)
  const bars = [newest, ...older].map((secret, index) => {
    const left = toPercent(Date.parse(secret.created_at))
    const end = secret.expires_at === null ? 100 : toPercent(Date.parse(secret.expires_at))
    const beganBefore = Date.parse(secret.created_at) < startMs
    return { secret, isNewest: index === 0, left, width: Math.max(0, end - left), beganBefore }
  })
  return { startMs, endMs, now: toPercent(nowMs), bars: bars.toReversed() }
}
