import type { Logger } from '@complywise/service'
import type { Kysely } from 'kysely'
import { type HealthPolicy, mayTransition, type SubscriptionHealth } from '../domain/health.ts'
import { applyHealth } from '../store/apply-health.ts'
import type { Tables } from '../store/tables.ts'

/** Acts on the health of subscriptions, as one dispatcher reports it. */
export interface HealthHandler {
  /**
   * Makes the transitions that follow, and logs each one; resolves when they are durable. Never rejects: what fails is
   * logged, and made up for after the subscription's next attempt.
   */
  (health: readonly SubscriptionHealth[]): Promise<void>
  /** Resolves when nothing is being done. */
  idle(): Promise<void>
}

/** Makes one transition after the other, so that an outage of very many endpoints takes one connection. */
export function createHealthHandler(db: Kysely<Tables>, policy: HealthPolicy, logger: Logger): HealthHandler {
  let last: Promise<void> = Promise.resolve()

  async function apply(health: SubscriptionHealth): Promise<void> {
    const { subscriptionId } = health
    try {
      const transition = await applyHealth(db, health, policy)
      if (transition === undefined) return
      const { id: transitionId, accountId, from, to, reason, consecutiveFailures, failingSince } = transition
      logger.warn(
        { transitionId, subscriptionId, accountId, from, to, reason, consecutiveFailures, failingSince },
        'the state of a subscription changed',
      )
    } catch (err) {
      logger.error({ err, subscriptionId }, 'the state of a subscription could not be changed')
    }
  }

  async function handle(health: readonly SubscriptionHealth[]): Promise<void> {
    const due = health.filter((one) => mayTransition(one, policy))
    // Almost every failure changes nothing, and waits for nobody.
    if (due.length === 0) return
    for (const one of due) last = last.then(() => apply(one))
    await last
  }

  return Object.assign(handle, { idle: () => last })
}
