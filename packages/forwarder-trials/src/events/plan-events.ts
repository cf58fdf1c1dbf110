import type { Random } from '../run/random.ts'
import { createEventMaker } from './make-event.ts'
import { controlsOf, frameworkNames, integrationNames } from './subjects.ts'
import type { PlannedEvent } from './trial-event.ts'

/** What is to happen in a trial. */
export interface PlanOptions {
  readonly events: number
  /** Of each framework. */
  readonly controls: number
  readonly random: Random
  /** All events were before this, in milliseconds since 1970, the oldest `events` × `everyMs` before. */
  readonly endsAt: number
  readonly everyMs?: number
  /** How many clean scans of everything are among them. Default one for 300 events. */
  readonly sweeps?: number
}

/** Clear of the lines of 90 and 75 percent and of what is added to them, so that the order makes no difference. */
const scores = [99, 96, 86, 83, 70, 62] as const

/**
 * Events of every type in order of their time. The first is a scan of everything that found failures: what a whole scan is
 * has to be known before a part of one can be told from it, so deliver it first.
 */
export function planEvents(options: PlanOptions): readonly PlannedEvent[] {
  const { events, random, endsAt, everyMs = 60_000, sweeps = Math.floor(events / 300) } = options
  const controls = controlsOf(options.controls)
  const total = controls.length
  const make = createEventMaker(random)
  const sweepPlaces = new Set(
    Array.from({ length: sweeps }, (_, index) => Math.round(((index + 1) * events) / (sweeps + 1))),
  )

  function eventAt(index: number): PlannedEvent {
    const at = new Date(endsAt - (events - index) * everyMs + random.between(0, everyMs - 1)).toISOString()
    if (index === 0) return make.scanCompleted({ total, failed: 3, score: 97.5, isWhole: true }, at)
    if (sweepPlaces.has(index)) return make.scanCompleted({ total, failed: 0, score: 100, isWhole: true }, at)
    const draw = random.next()
    if (draw < 0.48) return make.controlFailed(random.pick(controls), at)
    if (draw < 0.7) return make.controlRecovered(random.pick(controls), at)
    if (draw < 0.73) return make.controlUnknown(random.pick(controls), at)
    if (draw < 0.8) return make.scoreChanged(random.pick([null, ...frameworkNames]), random.pick(scores), at)
    if (draw < 0.83) return scan(at)
    if (draw < 0.86) return make.scanFailed(at)
    if (draw < 0.91) return make.integrationDisconnected(random.pick(integrationNames), at)
    if (draw < 0.95) return make.evidenceUploaded(random.pick(controls), at)
    return draw < 0.98 ? make.evidenceUploaded(undefined, at) : make.unknown(at)
  }

  /** One that found failures, or one that found none but did not look everywhere. */
  function scan(at: string): PlannedEvent {
    // Seldom enough that they are not eight in a row: then the smaller scope would be believed.
    if (random.next() < 0.2) {
      return make.scanCompleted({ total: total - 1, failed: 0, score: 100, isWhole: false }, at)
    }
    const failed = random.between(1, Math.min(5, total))
    return make.scanCompleted({ total, failed, score: random.pick(scores), isWhole: true }, at)
  }

  return Array.from({ length: events }, (_, index) => eventAt(index))
}
