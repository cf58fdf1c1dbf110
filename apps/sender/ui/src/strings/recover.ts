import { formatCount } from '../components/format-count.ts'

const deliveries = (count: number): string =>
  count === 1 ? '1 delivery' : `${formatCount(count)} deliveries`

/** Texts of recovering what a subscription did not receive. */
export const recover = {
  open: 'Recover failed since…',
  dialog: {
    title: 'Recover failed deliveries',
    description:
      'Delivers every event again that the subscription did not receive in a time: its newest delivery failed or was canceled, and none succeeded since.',
    subscription: 'Subscription',
    noSubscription: 'There is no subscription to recover.',
    since: 'Failed since',
    presets: {
      hour: 'The last hour',
      sixHours: 'The last 6 hours',
      day: 'The last 24 hours',
      week: 'The last 7 days',
      month: 'The last 30 days',
      custom: 'Another time …',
    },
    custom: (zone: string) => `Since (${zone})`,
    customInvalid: 'Enter a time in the past.',
    perSecond: 'Deliveries per second, at most',
    perSecondDescription: 'From 1 to 1,000. Fewer spare a receiver that has just come back.',
    perSecondInvalid: 'Enter a whole number from 1 to 1,000.',
    counting: 'Counting …',
    count: (count: number) => `${deliveries(count)} would be made.`,
    none: 'Nothing failed in this time that was not received since.',
    takes: (duration: string) => `At this rate it takes about ${duration}.`,
    start: (count: number) => `Recover ${deliveries(count)}`,
    startNothing: 'Recover',
    started: 'The recovery has begun.',
    running: 'This subscription is being recovered already. This is how far it is.',
    close: 'Close',
  },
  panel: {
    heading: 'Recoveries',
    none: 'Nothing was recovered for this subscription.',
    progress: 'Progress of the recovery',
    made: (made: number, total: number) => `${formatCount(made)} of ${deliveries(total)} made`,
    waiting: 'It goes on once the subscription is active.',
    left: (duration: string) => `About ${duration} left`,
    leftUnknown: 'Just begun',
    range: 'Failed between',
    by: 'Asked for by',
    at: 'Begun',
    ended: 'Ended',
    rate: 'Per second, at most',
    statuses: { running: 'Running', completed: 'Completed', canceled: 'Canceled' },
    announced: (status: string, made: number, total: number) =>
      `Recovery: ${status}, ${formatCount(made)} of ${formatCount(total)} deliveries made`,
    cancel: 'Cancel the recovery',
    cancelTitle: 'Cancel this recovery?',
    cancelText: 'The deliveries that it has made stay. The others are not made.',
    keep: 'Go on with it',
    canceled: 'The recovery was canceled.',
    more: 'Show older ones',
  },
} as const
