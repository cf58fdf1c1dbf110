import type { Subscription } from '../../../src/api/subscriptions.ts'

/** A subscription as the API answers it, with what matters to a test. */
export function aSubscription(more: Partial<Subscription> = {}): Subscription {
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
    health: {
      consecutive_failures: 0,
      failing_since: null,
      is_probing: false,
      degraded_at: null,
      held_until: null,
      disables_at: null,
      failures_until_disabled: null,
    },
    backlog: null,
    secrets: [{ hint: '…3fQ=', created_at: '2026-03-01T12:00:00.000Z', expires_at: null }],
    version: 1,
    created_at: '2026-03-01T12:00:00.000Z',
    updated_at: '2026-03-01T12:00:00.000Z',
    ...more,
  }
}
