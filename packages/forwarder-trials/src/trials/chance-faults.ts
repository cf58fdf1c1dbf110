import type { ChancePlan } from '@complywise/destination-fakes'

/** What goes wrong at a destination by chance in trials: about a fifth of all requests. */
export function chanceFaults(seed: number): ChancePlan {
  return {
    seed,
    rates: [
      { fault: { kind: 'reset-after' }, rate: 0.05 },
      { fault: { kind: 'reset-before' }, rate: 0.05 },
      { fault: { kind: 'rate-limited', retryAfterSeconds: 1 }, rate: 0.03 },
      { fault: { kind: 'rate-limited' }, rate: 0.02 },
      { fault: { kind: 'html-502' }, rate: 0.02 },
      { fault: { kind: 'html-502-after' }, rate: 0.01 },
      { fault: { kind: 'truncated' }, rate: 0.01 },
      { fault: { kind: 'hang-after' }, rate: 0.003 },
    ],
  }
}
