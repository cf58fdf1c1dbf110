import type { Attempt } from '../../api/deliveries.ts'

/** A part of an attempt's time; `rest` is what belongs to none: waiting that nothing ended, or work of the sender. */
export type Phase = 'dns' | 'connect' | 'tls' | 'first_byte' | 'body' | 'rest'

/** One part of an attempt's time. */
export interface Segment {
  readonly phase: Phase
  readonly ms: number
}

/** The parts of an attempt's time, in order; those that were not reached, or not needed, are left out. */
export function segmentsOf({ phases, duration_ms: durationMs }: TimedAttempt): readonly Segment[] {
  const known = order.flatMap(([phase, field]) => {
    const ms = phases[field]
    return ms === null ? [] : [{ phase, ms }]
  })
  const restMs = durationMs - known.reduce((sum, { ms }) => sum + ms, 0)
  // The duration is in whole milliseconds.
  return restMs > 1 || known.length === 0 ? [...known, { phase: 'rest', ms: restMs }] : known
}

/** How long the longest of the attempts took: what the bars of all of them are drawn to; at least 1 ms. */
export function scaleOf(attempts: readonly TimedAttempt[]): number {
  return Math.max(1, ...attempts.map(totalOf))
}

/** The sum of an attempt's segments; a little more than its duration where that was rounded down. */
function totalOf(attempt: TimedAttempt): number {
  return segmentsOf(attempt).reduce((sum, { ms }) => sum + ms, 0)
}

type TimedAttempt = Pick<Attempt, 'phases' | 'duration_ms'>

const order = [
  ['dns', 'dns_ms'],
  ['connect', 'connect_ms'],
  ['tls', 'tls_ms'],
  ['first_byte', 'first_byte_ms'],
  ['body', 'body_ms'],
] as const
