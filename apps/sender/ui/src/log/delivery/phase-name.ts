import { strings } from '../../strings/index.ts'
import type { Phase } from './phases.ts'

/** A phase in words; what belongs to none is named after what failed in it, such as the time without an answer. */
export function phaseName(phase: Phase, outcome: string): string {
  const { phases, rest, otherRest } = strings.delivery.attempts
  if (phase !== 'rest') return phases[phase]
  const names: Readonly<Record<string, string>> = rest
  return Object.hasOwn(names, outcome) ? (names[outcome] ?? otherRest) : otherRest
}
