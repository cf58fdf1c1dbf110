import type { HealthPolicy } from '../domain/health.ts'
import type { AttemptResult } from '../domain/outcome.ts'
import type { Api } from '../http/api.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import type { SubscriptionStore } from '../store/subscriptions.ts'
import type { TestDeliveryStore } from '../store/test-deliveries.ts'
import { addSubscriptionChangeRoutes } from './subscription-change-routes.ts'
import { addSubscriptionCreateRoute } from './subscription-create-route.ts'
import { addSubscriptionReadRoutes } from './subscription-read-routes.ts'
import { addSubscriptionSecretRoute } from './subscription-secret-route.ts'
import { addSubscriptionStateRoutes } from './subscription-state-routes.ts'
import { addSubscriptionTestRoute } from './subscription-test-route.ts'
import type { EndpointJudging } from './subscription-warnings.ts'

/** What the routes of subscriptions work with. */
export interface SubscriptionRoutesOptions extends EndpointJudging {
  readonly subscriptions: SubscriptionStore
  readonly testDeliveries: TestDeliveryStore
  /** Makes the attempt of a test. */
  readonly attempter: TestAttempter
  /** The sender's own time for an attempt. */
  readonly attemptTimeoutMs: number
  readonly healthPolicy: HealthPolicy
  /** Tests that one subscription may have in a minute. Default 10. */
  readonly testsPerMinute?: number
}

/** Makes attempts: one signed HTTP request each; see the dispatcher's, which is one. */
export interface TestAttempter {
  /** Never rejects. `isHeld` says whether the claim is still this process's. */
  attempt(delivery: ClaimedDelivery, isHeld: () => boolean): Promise<AttemptResult>
}

/** Adds the routes under `/api/webhooks`. */
export function addSubscriptionRoutes(app: Api, options: SubscriptionRoutesOptions): void {
  addSubscriptionCreateRoute(app, options)
  addSubscriptionReadRoutes(app, options)
  addSubscriptionChangeRoutes(app, options)
  addSubscriptionStateRoutes(app, options)
  addSubscriptionSecretRoute(app, options)
  addSubscriptionTestRoute(app, options)
}
