import type { Settings } from '../../config/settings.ts'
import { scoreKey, scoreName } from '../correlation-key.ts'
import type { Facts } from '../facts.ts'
import { isBefore } from '../instant.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import type { Reading } from '../reading.ts'
import { nextBand } from '../score.ts'
import { nameFrom, present } from './text.ts'

/** A score that an event tells. */
export interface ScoreNews {
  /** `undefined`: the overall score. */
  readonly framework?: string
  readonly score: number
  /** As the event says. */
  readonly previousScore?: number
  /** RFC 3339. */
  readonly at: string
  /** Told with the scan itself, so that only a change of band is news of its own. */
  readonly isFromScan: boolean
}

/** What a score means after what is remembered of it: another band, or news within the same one, or nothing. */
export function readScore(news: ScoreNews, memory: Memory, settings: Settings): Interpretation {
  const { framework, score, at, isFromScan } = news
  const name = scoreName(framework)
  const known = knownScore(memory, framework)
  // At the same instant the lower one counts: failure beats recovery.
  if (known !== undefined && (isBefore(at, known.at) || (!isBefore(known.at, at) && score > known.score))) {
    return { readings: [], memory, reason: 'newer_event_known' }
  }
  const previousBand = known?.band ?? 'ok'
  const band = nextBand(previousBand, score, settings.score)
  const from = known?.score ?? news.previousScore
  const isNews = from === undefined || Math.abs(score - from) >= settings.score.ignoreBelow
  const isTold = isFromScan || isNews || band !== previousBand
  const facts: ScoreChanged = {
    kind: 'score_changed',
    ...present({ framework: nameFrom(framework), previousScore: news.previousScore ?? known?.score }),
    newScore: score,
    band,
    previousBand,
    isDrop: from !== undefined && from - score >= settings.score.drop,
  }
  const reading =
    band !== previousBand || (isNews && !isFromScan) ? readingOf(facts, news, settings) : undefined
  // A score that was not told stays untold, so that many small steps become news together.
  const remembered = { band, score: isTold ? score : (from ?? score), at }
  return {
    readings: reading === undefined ? [] : [reading],
    memory: { ...memory, scores: { ...memory.scores, [name]: remembered } },
    ...(reading === undefined && { reason: 'unchanged' }),
  }
}

/** What is remembered of a framework's score, or of the overall one. */
export function knownScore(
  { scores }: Memory,
  framework: string | undefined,
): Memory['scores'][string] | undefined {
  const name = scoreName(framework)
  // A framework may be called `constructor`.
  return Object.hasOwn(scores, name) ? scores[name] : undefined
}

type ScoreChanged = Extract<Facts, { readonly kind: 'score_changed' }>

function readingOf(facts: ScoreChanged, { framework, score }: ScoreNews, settings: Settings): Reading {
  const { band, previousBand, isDrop } = facts
  const labels = present({ framework: facts.framework })
  const subject = { kind: 'score', key: scoreKey(settings, framework), labels } as const
  if (band === previousBand) {
    return band === 'ok'
      ? { kind: 'announcement', labels, severity: isDrop ? 'warning' : 'info', facts }
      : { kind: 'note', subject, facts }
  }
  if (band === 'ok') {
    return { kind: 'recovery', subject, facts: { kind: 'recovered', proof: 'score', score } }
  }
  return { kind: 'problem', subject, severity: band === 'critical' ? 'error' : 'warning', facts }
}
