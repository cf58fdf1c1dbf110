import type { Logger } from '@complywise/service'
import type { AttemptResult } from '../domain/outcome.ts'
import type { DispatchObserver } from './observer.ts'

/** All observers as one that never throws. What an observer throws is logged, once for each of its methods. */
export function combineObservers(
  observers: readonly DispatchObserver[],
  logger: Logger,
): Required<DispatchObserver> {
  const failed = new Map<DispatchObserver, Set<string>>()

  function guard<Result>(observer: DispatchObserver, method: string, call: () => Result): Result | undefined {
    try {
      return call()
    } catch (error) {
      const methods = failed.get(observer) ?? new Set()
      failed.set(observer, methods)
      if (!methods.has(method)) logger.error({ err: error, method }, 'an observer failed')
      methods.add(method)
      return undefined
    }
  }

  function each(method: keyof DispatchObserver, call: (observer: DispatchObserver) => void): void {
    for (const observer of observers) guard(observer, method, () => call(observer))
  }

  return {
    claimed: (deliveries, tookMs) => each('claimed', (observer) => observer.claimed?.(deliveries, tookMs)),
    attempting(delivery) {
      const ends: ((result: AttemptResult) => void)[] = []
      for (const observer of observers) {
        const end = guard(observer, 'attempting', () => observer.attempting?.(delivery))
        if (end !== undefined) ends.push((result) => guard(observer, 'attempting', () => end(result)))
      }
      return ends.length === 0
        ? undefined
        : (result) => {
            for (const end of ends) end(result)
          }
    },
    settled: (delivery, result, verdict) =>
      each('settled', (observer) => observer.settled?.(delivery, result, verdict)),
    leaseLost: (delivery) => each('leaseLost', (observer) => observer.leaseLost?.(delivery)),
    healthChanged: (health) => each('healthChanged', (observer) => observer.healthChanged?.(health)),
  }
}
