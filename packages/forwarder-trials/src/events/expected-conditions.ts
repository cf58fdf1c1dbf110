import type { Mark, PlannedEvent } from './trial-event.ts'

/** What has to be known of a condition once every event has arrived, in whatever order. */
export interface ExpectedCondition {
  /** As the newest event has it. `never`: nothing ever said that it fails. */
  readonly state: 'open' | 'closed' | 'never'
  /** How often it began to fail, as events would be told in order; what arrives out of order opens nothing more. */
  readonly mostOpenings: number
}

/** Works out, from the timestamps of the events alone, how every condition has to end. */
export function expectedConditions(events: readonly PlannedEvent[]): ReadonlyMap<string, ExpectedCondition> {
  const sweeps = events.filter(({ isSweep }) => isSweep === true).map(({ event }) => event)
  const byKey = Map.groupBy(
    events.flatMap(({ marks }) => marks),
    ({ key }) => key,
  )
  return new Map(
    [...byKey].map(([key, marks]) => {
      const swept: readonly Mark[] = isControl(key)
        ? sweeps.map(({ event_id, timestamp }) => ({ key, at: timestamp, eventId: event_id, says: 'holds' }))
        : []
      return [key, conditionOf([...marks, ...swept])]
    }),
  )
}

function conditionOf(marks: readonly Mark[]): ExpectedCondition {
  const inOrder = marks.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))
  const openings = inOrder.filter(
    ({ says }, index) => says === 'fails' && inOrder[index - 1]?.says !== 'fails',
  ).length
  if (openings === 0) return { state: 'never', mostOpenings: 0 }
  return { state: inOrder.at(-1)?.says === 'fails' ? 'open' : 'closed', mostOpenings: openings }
}

function isControl(key: string): boolean {
  return key.split(':')[2] === 'control'
}
