import type { StageFacts } from './stage/start-stage.ts'

/** A page of the stage that only needs to be looked at. */
export interface PageUnderTest {
  readonly name: string
  /** What loads it. */
  readonly kind: 'list' | 'form' | 'subscription' | 'log' | 'delivery' | 'event'
  readonly path: (stage: StageFacts) => string
}

/** Every page, with the cases in which it looks different. */
export const pages: readonly PageUnderTest[] = [
  { name: 'the list of subscriptions', kind: 'list', path: () => '/settings/integrations/webhooks' },
  {
    name: 'the form for a new subscription',
    kind: 'form',
    path: () => '/settings/integrations/webhooks/new',
  },
  ...(['healthy', 'failing', 'disabled', 'paused', 'rotating', 'hostile', 'fresh'] as const).map((name) => ({
    name: `the subscription “${name}”`,
    kind: 'subscription' as const,
    path: ({ subscriptions }: StageFacts) => `/settings/integrations/webhooks/${subscriptions[name]}`,
  })),
  { name: 'the Delivery Log', kind: 'log', path: () => '/settings/webhooks/delivery-log' },
  {
    name: 'the Delivery Log of failures',
    kind: 'log',
    path: () => '/settings/webhooks/delivery-log?status=failed',
  },
  ...(['healthy', 'wrongSecret', 'slow', 'unknownHost', 'hostile', 'paused', 'failed'] as const).map(
    (name) => ({
      name: `the delivery “${name}”`,
      kind: 'delivery' as const,
      path: ({ deliveries }: StageFacts) => `/settings/webhooks/delivery-log/${deliveries[name]}`,
    }),
  ),
  ...(['filteredOut', 'hostile'] as const).map((name) => ({
    name: `the event “${name}”`,
    kind: 'event' as const,
    path: ({ events }: StageFacts) => `/settings/webhooks/events/${events[name]}`,
  })),
]
