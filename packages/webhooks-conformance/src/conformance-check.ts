import type { Client } from './driver/client.ts'

/** One check of the suite. */
export interface ConformanceCheck {
  /** Unique in the suite; a subject's exceptions go by it. */
  readonly name: string
  /** The rule that it checks, which several checks may share. */
  readonly requirement: string
  /** @throws {Error} when the server under test does not conform. */
  run(client: Client): Promise<void>
}

/** A check before it is told what requirement it belongs to. */
export type Check = Omit<ConformanceCheck, 'requirement'>

/** A check. */
export function check(name: string, run: ConformanceCheck['run']): Check {
  return { name, run }
}

/** Checks of one requirement. */
export function requirement(text: string, checks: readonly Check[]): readonly ConformanceCheck[] {
  return checks.map((each) => ({ ...each, requirement: text }))
}
