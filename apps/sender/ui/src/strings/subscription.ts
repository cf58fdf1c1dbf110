import { subscriptionEdit } from './subscription-edit.ts'
import { subscriptionHealth } from './subscription-health.ts'
import { subscriptionHistory } from './subscription-history.ts'
import { subscriptionSecrets } from './subscription-secrets.ts'
import { subscriptionState } from './subscription-state.ts'
import { subscriptionTest } from './subscription-test.ts'

/** Texts of the page of one subscription. */
export const subscription = {
  loadingTitle: 'Subscription',
  notFound: {
    title: 'There is no such subscription',
    detail:
      'It was deleted, or belongs to another account. Deliveries of a deleted subscription stay in the Delivery Log.',
    back: 'Go to Webhooks',
    log: 'Its deliveries in the Delivery Log',
  },
  stateNow: (state: string) => `State: ${state}`,
  noDescription: 'No description',
  stale: 'What is shown may be old: the sender cannot be reached. It is tried again every few seconds.',
  actions: {
    test: 'Send test event',
    pause: 'Pause',
    resume: 'Resume',
    enable: 'Enable',
    edit: 'Edit',
    more: 'More actions',
    rotate: 'Rotate secret…',
    delete: 'Delete…',
  },
  conflict: {
    title: 'Somebody changed this subscription meanwhile',
    detail: 'Nothing was done. It is shown now as it is; look at it, and decide anew.',
  },
  recent: {
    title: 'Recent deliveries',
    all: 'All in the Delivery Log',
    empty: 'Nothing was delivered yet',
    emptyDetail:
      'Once one of its events is published, its delivery is shown here. To see one now, send a test event.',
    table: 'The last ten deliveries',
    event: 'Event',
    status: 'Status',
    outcome: 'Last outcome',
    attempts: 'Attempts',
    created: 'Created',
    test: 'Test',
    redelivery: 'Redelivery',
    notAttempted: 'Not attempted yet',
  },
  recover: { open: 'Recover…' },
  settings: {
    title: 'Settings',
    url: 'Endpoint',
    events: 'Events',
    description: 'Description',
    contact: 'Contact e-mail',
    noContact: 'None: nobody is told',
    headers: 'Custom headers',
    masked: 'hidden',
    none: 'None',
    timeout: 'Timeout of an attempt',
    defaultTimeout: 'As the operator has set it',
    order: 'Order',
    ordered: 'Kept: one delivery at a time, in the order of publishing',
    unordered: 'Not kept: deliveries are attempted side by side',
    id: 'ID',
    created: 'Created',
    updated: 'Last changed',
    version: (version: number) => `version ${version}`,
    copyId: 'the id of the subscription',
  },
  delete: {
    title: 'Delete this subscription?',
    secrets: 'Its secrets and custom headers are deleted. Nothing brings them back.',
    pending: (count: string) => `${count} in its backlog are canceled, and are not attempted any more.`,
    nothingPending: 'Its backlog is empty. Whatever is published later is not sent to it.',
    many: 'A large backlog is canceled within the next minutes; nothing of it is attempted.',
    log: 'Its deliveries stay in the Delivery Log, and what was done to it in the audit log.',
    instead: 'To stop only for a while, pause it: then everything is kept.',
    typed: (host: string) => `Type ${host} to delete it`,
    confirm: 'Delete subscription',
    done: (host: string) => `The subscription of ${host} was deleted`,
  },
  ...subscriptionHealth,
  ...subscriptionState,
  ...subscriptionSecrets,
  ...subscriptionTest,
  ...subscriptionEdit,
  ...subscriptionHistory,
} as const
