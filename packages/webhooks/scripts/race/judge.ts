import type { Course } from './course.ts'
import type { RaceResult } from './race.ts'
import { handlers } from './rules.ts'

/** What a race has shown. */
export interface Verdict extends Omit<RaceResult, 'eventIds' | 'undelivered'> {
  readonly store: string
  readonly join: boolean
  readonly events: number
  readonly effects: number
  /** Effects that never happened. */
  readonly lost: number
  /** Effects that happened more than once. */
  readonly repeated: number
  /** What must not be: empty when all promises were kept. */
  readonly violations: readonly string[]
}

/** Compares what was sent with what was done. */
export function judge(
  { eventIds, undelivered, ...figures }: RaceResult,
  counts: ReadonlyMap<string, number>,
  { store, join }: Course,
): Verdict {
  const expected = eventIds.flatMap((eventId) => handlers.map((handler) => `${eventId} ${handler}`))
  const lost = expected.filter((effect) => !counts.has(effect))
  const repeated = expected.filter((effect) => (counts.get(effect) ?? 0) > 1)
  const isKnown = new Set(expected)
  const invented = [...counts.keys()].filter((effect) => !isKnown.has(effect))
  return {
    store,
    join,
    events: eventIds.length,
    ...figures,
    effects: [...counts.values()].reduce((sum, count) => sum + count, 0),
    lost: lost.length,
    repeated: repeated.length,
    violations: [
      ...undelivered.map((eventId) => `never answered 200: ${eventId}`),
      ...lost.map((effect) => `lost: ${effect}`),
      ...invented.map((effect) => `done for an event that was not sent: ${effect}`),
      ...(join ? repeated.map((effect) => `done ${counts.get(effect)} times: ${effect}`) : []),
    ],
  }
}
