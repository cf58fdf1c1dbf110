import type { EventOf } from '@complywise/webhooks'
import type { Settings } from '../../config/settings.ts'
import { toInstant } from '../instant.ts'
import type { Interpretation } from '../interpretation.ts'
import type { Memory } from '../memory.ts'
import { knownScore, readScore } from './read-score.ts'
import { nameFrom, present } from './text.ts'

/** A score that changed; news without an alert when the event does not say what it is now. */
export function interpretScoreChanged(
  { timestamp, data }: EventOf<'compliance.score_changed'>,
  memory: Memory,
  settings: Settings,
): Interpretation {
  const { previous_score: previousScore, new_score: score } = data
  const framework = nameFrom(data.framework) === undefined ? undefined : (data.framework ?? undefined)
  const given = present({ framework, previousScore })
  if (score !== undefined) {
    return readScore({ ...given, score, at: toInstant(timestamp), isFromScan: false }, memory, settings)
  }
  const band = knownScore(memory, framework)?.band ?? 'ok'
  const labels = present({ framework: nameFrom(framework) })
  const facts = {
    kind: 'score_changed',
    ...labels,
    ...present({ previousScore }),
    band,
    previousBand: band,
    isDrop: false,
  } as const
  return { readings: [{ kind: 'announcement', labels, severity: 'info', facts }], memory }
}
