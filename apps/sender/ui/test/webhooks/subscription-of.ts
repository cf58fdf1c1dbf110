import type { Subscription } from '../../src/api/subscriptions.ts'

const healthy: Subscription['health'] = {
  consecutive_failures: 0,
  failing_since: null,
  is_probing: false,
  degraded_at: null,
  held_until: null,
  disables_at: null,
  failures_until_disabled: null,
}

/** A subscription of which only some members matter. */
export function subscriptionOf(
  members: Partial<Omit<Subscription, 'health'>> & {
    readonly health?: Partial<Subscription['health']>
  } = {},
): Subscription {
  return {
    id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
    url: 'https://example.com/webhooks',
    description: '',
    events: ['*'],
    headers: {},
    timeout_ms: null,
    is_ordered: false,
    contact_email: null,
    state: 'active',
    state_reason: null,
    backlog: null,
    secrets: [],
    version: 1,
    created_at: '2026-03-01T12:00:00.000Z',
    updated_at: '2026-03-01T12:00:00.000Z',
    ...members,
    health: { ...healthy, ...members.health },
  }
}
