import type { Settings } from '../config/settings.ts'
import type { ScoreBand } from './facts.ts'

/** Every band, the worst first. */
const bands = ['critical', 'warning', 'ok'] as const satisfies readonly ScoreBand[]

/** The band that a score is in by itself, without what was before. */
export function bandOf(score: number, { criticalBelow, warnBelow }: Settings['score']): ScoreBand {
  if (score < criticalBelow) return 'critical'
  return score < warnBelow ? 'warning' : 'ok'
}

/**
 * The band after `score`, coming from `band`. A worse band is entered at its line; one is left only `hysteresis` points
 * above it, so that a score that trembles around a line is told once.
 */
export function nextBand(band: ScoreBand, score: number, settings: Settings['score']): ScoreBand {
  const now = bandOf(score, settings)
  if (!isBetter(now, band)) return now
  const cleared = bandOf(score - settings.hysteresis, settings)
  return isBetter(cleared, band) ? cleared : band
}

/** Whether band `a` is better than `b`. */
export function isBetter(a: ScoreBand, b: ScoreBand): boolean {
  return bands.indexOf(a) > bands.indexOf(b)
}
