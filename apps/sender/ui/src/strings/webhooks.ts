import { formatCount } from '../components/format-count.ts'
import { countOf } from './counts.ts'
import { creating } from './webhooks-creating.ts'

const hours = 'in the last 24 hours'

/** Texts of the list of subscriptions, and of making one. */
export const webhooks = {
  title: 'Webhooks',
  description:
    'Subscriptions send what happens in ComplyWise to endpoints of yours, signed, as soon as it happens.',
  create: 'New subscription',
  allEvents: 'All events',
  moreEvents: (count: number) => `+${count} more`,
  toolbar: {
    name: 'Narrow the list',
    search: 'Search',
    searchHint: 'Description, URL or event type',
    key: 'Press / to search',
    state: 'State',
    anyState: 'Any state',
    sort: 'Sort by',
    sorts: { newest: 'Newest first', name: 'Name', failing: 'Failing first' },
    found: (found: string, all: string) => `${found} of ${all} subscriptions`,
    all: (all: string) => (all === '1' ? '1 subscription' : `${all} subscriptions`),
  },
  columns: {
    subscription: 'Subscription',
    state: 'State',
    events: 'Events',
    attempts: 'Success, 24 h',
    latency: 'Latency',
    lastDelivery: 'Last delivery',
    backlog: 'Backlog',
  },
  reasons: {
    requested: 'On request',
    repeated_failures: 'After repeated failures',
    endpoint_gone: 'The endpoint answered 410 Gone',
  },
  failures: (count: number) => (count === 1 ? '1 failure' : `${formatCount(count)} failures in a row`),
  disablesIn: (duration: string) => `Will be disabled in ${duration}`,
  disablesSoon: (failures: number) =>
    failures === 1 ? 'The next failure disables it' : `${formatCount(failures)} more failures disable it`,
  rate: (rate: string, total: number) => `${rate} of ${countOf(total, 'attempt')} succeeded ${hours}`,
  ofAttempts: (total: number) => `of ${countOf(total, 'attempt')}`,
  noAttempts: 'No attempts',
  noAttemptsInDay: `No attempts ${hours}`,
  latency: {
    p50: 'p50',
    p95: 'p95',
    explained: (p50: string, p95: string) => `Half of the answers came within ${p50}, 95 % within ${p95}`,
  },
  noDelivery: 'None yet',
  lastDeliveryOf: (event: string, name: string) => `Last delivery to ${name}: ${event}`,
  pending: (count: string) => `${count} pending`,
  held: (count: string) => `${count} held`,
  nothingPending: 'Empty',
  backlogOf: (backlog: string, name: string) => `${backlog} for ${name}, in the Delivery Log`,
  showMore: (count: string) => `Show ${count} more`,
  statisticsFailed: 'The figures of the last day could not be loaded. The list itself is up to date.',
  stale: 'The list could not be brought up to date. What you see is from before.',
  warnings: {
    failing: (count: string) => (count === '1' ? 'An endpoint is failing' : `${count} endpoints are failing`),
    disabled: (count: string) =>
      count === '1' ? 'A subscription is disabled' : `${count} subscriptions are disabled`,
    deadline: (duration: string) => `will be disabled in ${duration} unless an attempt succeeds`,
    failures: (failures: number) =>
      failures === 1
        ? 'will be disabled if the next attempt fails'
        : `will be disabled if the next ${formatCount(failures)} attempts fail`,
    repeated_failures: 'failed for too long. Its deliveries are held until it is enabled again',
    endpoint_gone: 'answered 410 Gone. Its deliveries are held until it is enabled again',
    held: (count: string) => `${count} now`,
    others: (count: string) => `and ${count} more`,
    showFailing: 'Show failing ones',
    showDisabled: 'Show disabled ones',
  },
  noResults: {
    title: 'No subscription matches',
    text: 'Search looks at descriptions, URLs and event types.',
    clear: 'Show all subscriptions',
  },
  empty: {
    title: 'Nothing is sent anywhere yet',
    text: 'A subscription says which events are sent to which endpoint. ComplyWise posts each event to it as JSON, signs it so that you know who sent it, tries again and again while your endpoint is down, and keeps a log of every attempt.',
    steps: [
      {
        title: 'Make a subscription',
        text: 'Give the URL of your endpoint and choose the events it is to get.',
      },
      {
        title: 'Paste the receiver',
        text: 'You get a secret and a few lines of code for Express, Fastify or Hono that verify signatures.',
      },
      {
        title: 'Send a test event',
        text: 'See at once what your endpoint answers. From then on, everything is in the Delivery Log.',
      },
    ],
    sample: 'What your endpoint gets: an envelope',
    sampleLabel: 'an envelope as it is sent',
  },
  events: {
    legend: 'Which events are sent',
    all: 'All events',
    allText: 'Also those that later versions add.',
    group: (name: string) => `All ${name} events`,
    groupText: 'Also those that later versions add to this group.',
    groupLabel: (name: string) => `Events of ${name}`,
    included: (pattern: string) => `Included in ${pattern === '*' ? 'all events' : pattern}.`,
    details: 'Example and fields',
    detailsOf: (title: string) => `Example and fields: ${title}`,
    example: (event: string) => `the example of ${event}`,
    fields: 'Fields of data',
    others: 'Others',
    othersText: 'Chosen before, and not in the catalog of this version.',
    chosen: (count: number, total: number) => `${count} of ${total} event types are sent.`,
  },
  check: {
    title: 'Check of the endpoint',
    idle: 'Enter a URL. Before anything is sent, its name is looked up, its certificate is checked and one request without an event is made.',
    checking: 'Checking the endpoint…',
    refused: 'Refused',
    invalid: 'Not usable',
    failing: 'Deliveries would fail',
    warnings: 'Usable, with warnings',
    ready: 'Ready',
    permitted: 'Permitted',
    readyText: 'The endpoint can be reached, and events may be sent to its address.',
    permittedText:
      'Events may be sent to its address. The sender is set up not to connect before there is something to send.',
    notBlocking: 'You can create the subscription nevertheless, and put this right later.',
    addresses: 'Addresses',
    tls: 'TLS',
    issuer: 'Certificate issued by',
    validUntil: 'Certificate valid until',
    answer: 'Answer to HEAD',
    duration: 'Time',
    error: 'Error',
    warning: 'Warning',
    again: 'Check again',
    failed: 'The check could not be made.',
  },
  creating,
} as const
