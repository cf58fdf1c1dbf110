import type { ChancePlan, Fault, FaultMatch } from './fault.ts'

/** How tests make a fake misbehave. Injected faults come first, then the outage, then chance. */
export interface Faults {
  /** The next `times` (default 1) requests that match get this fault; several injections are used up in order. */
  inject(fault: Fault, match?: FaultMatch, times?: number): void
  /** From now on requests get these faults by chance; `undefined` ends it. Throws when the rates exceed 1. */
  byChance(plan: ChancePlan | undefined): void
  /** From now on every request that matches gets this fault, an outage; `undefined` ends it. */
  always(fault: Fault | undefined, match?: FaultMatch): void
  /** How often each kind was given so far. */
  readonly counts: Readonly<Record<string, number>>
}

/** The faults of one fake, seen from the server that has to carry them out. */
export interface FaultSource extends Faults {
  /** The fault the next request of this operation gets; counts it. */
  next(operation: string): Fault | undefined
}

/** Faults of a fake that so far does nothing wrong. */
export function createFaults(): FaultSource {
  const counts: Record<string, number> = {}
  const injected: { readonly fault: Fault; readonly match: FaultMatch; left: number }[] = []
  let outage: { readonly fault: Fault; readonly match: FaultMatch } | undefined
  let chance: { readonly plan: ChancePlan; readonly random: () => number } | undefined

  return {
    counts,
    inject(fault, match = {}, times = 1) {
      injected.push({ fault, match, left: times })
    },
    byChance(plan) {
      chance = plan === undefined ? undefined : { plan: checked(plan), random: seededRandom(plan.seed) }
    },
    always(fault, match = {}) {
      outage = fault === undefined ? undefined : { fault, match }
    },
    next(operation) {
      const fault = nextInjected(operation) ?? nextOfOutage(operation) ?? nextByChance(operation)
      if (fault !== undefined) counts[fault.kind] = (counts[fault.kind] ?? 0) + 1
      return fault
    },
  }

  function nextInjected(operation: string): Fault | undefined {
    const entry = injected.find(({ match, left }) => left > 0 && applies(match, operation))
    if (entry !== undefined) entry.left -= 1
    return entry?.fault
  }

  function nextOfOutage(operation: string): Fault | undefined {
    return outage !== undefined && applies(outage.match, operation) ? outage.fault : undefined
  }

  function nextByChance(operation: string): Fault | undefined {
    if (chance === undefined) return undefined
    let draw = chance.random()
    for (const entry of chance.plan.rates.filter((rate) => applies(rate, operation))) {
      if (draw < entry.rate) return entry.fault
      draw -= entry.rate
    }
    return undefined
  }
}

/** Numbers in 0..1 that depend on `seed` alone (mulberry32). */
function seededRandom(seed: number): () => number {
  let state = Math.trunc(seed)
  return () => {
    state = Math.trunc(state + 0x6d_2b_79_f5)
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

function applies(match: FaultMatch, operation: string): boolean {
  return match.operation === undefined || match.operation === operation
}

function checked(plan: ChancePlan): ChancePlan {
  const sum = plan.rates.reduce((total, { rate }) => total + rate, 0)
  if (sum > 1 || plan.rates.some(({ rate }) => !(rate >= 0))) {
    throw new RangeError(`the rates of faults must be 0..1 and at most 1 together, but they sum up to ${sum}`)
  }
  return plan
}
