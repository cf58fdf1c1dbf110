import type { StageFacts } from './stage/start-stage.ts'

/** A page of the stage that only needs to be looked at. */
export interface PageUnderTest {
  readonly name: string
  readonly path: (stage: StageFacts) => string
}

/** Every page, with the cases in which it looks different. */
export const pages: readonly PageUnderTest[] = [
  { name: 'the list of subscriptions', path: () => '/settings/integrations/webhooks' },
  { name: 'the form for a new subscription', path: () => '/settings/integrations/webhooks/new' },
  ...(['healthy', 'failing', 'disabled', 'paused', 'rotating', 'hostile', 'fresh'] as const).map((name) => ({
    name: `the subscription “${name}”`,
    path: ({ subscriptions }: StageFacts) => `/settings/integrations/webhooks/${subscriptions[name]}`,
  })),
  { name: 'the Delivery Log', path: () => '/settings/webhooks/delivery-log' },
  { name: 'the Delivery Log of failures', path: () => '/settings/webhooks/delivery-log?status=failed' },
  ...(['healthy', 'wrongSecret', 'slow', 'unknownHost', 'hostile', 'paused', 'failed'] as const).map(
    (name) => ({
      name: `the delivery “${name}”`,
      path: ({ deliveries }: StageFacts) => `/settings/webhooks/delivery-log/${deliveries[name]}`,
    }),
  ),
  ...(['filteredOut', 'hostile'] as const).map((name) => ({
    name: `the event “${name}”`,
    path: ({ events }: StageFacts) => `/settings/webhooks/events/${events[name]}`,
  })),
]
