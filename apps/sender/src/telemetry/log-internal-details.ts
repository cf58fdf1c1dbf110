import type { Logger } from '@complywise/service'
import type { DispatchObserver } from '../dispatch/observer.ts'
import { createRecentMap } from '../http/recent-map.ts'

const REPEAT_AFTER_MS = 60_000
const MAX_REMEMBERED = 1000

/**
 * Logs what only whoever operates the sender may read of attempts that failed, see `operatorDetail`: each text once in
 * a minute or two, because a proxy that is down fails every attempt with the same.
 */
export function logInternalDetails(
  logger: Logger,
  now: () => number = () => performance.now(),
): DispatchObserver {
  const logged = createRecentMap<true>(REPEAT_AFTER_MS, MAX_REMEMBERED)
  return {
    attempting(delivery) {
      return ({ outcome, operatorDetail }) => {
        if (operatorDetail === undefined || logged.get(operatorDetail, now())) return
        logged.set(operatorDetail, true, now())
        const { id: delivery_id, subscriptionId: subscription_id } = delivery
        logger.warn(
          { outcome, delivery_id, subscription_id, detail: operatorDetail },
          'an attempt was not made',
        )
      }
    },
  }
}
