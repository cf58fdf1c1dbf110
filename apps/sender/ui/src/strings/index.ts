import { delivery } from './delivery.ts'
import { log } from './log.ts'
import { outcomes } from './outcomes.ts'
import { shell } from './shell.ts'
import { subscription } from './subscription.ts'
import { webhooks } from './webhooks.ts'

/**
 * Every English text of the page, by the part of the page that shows it. Texts of the API, such as why a delivery is where
 * it is, come from the API.
 */
export const strings = {
  product: 'ComplyWise Webhooks',
  loading: 'Loading…',
  none: '–',
  actions: {
    copy: 'Copy',
    close: 'Close',
    cancel: 'Cancel',
    tryAgain: 'Try again',
    save: 'Save',
  },
  copy: { copied: 'Copied', failed: 'Not copied: select the text' },
  states: { active: 'Active', failing: 'Failing', paused: 'Paused', disabled: 'Disabled' },
  statuses: {
    pending: 'Pending',
    succeeded: 'Succeeded',
    failed: 'Failed',
    canceled: 'Canceled',
  },
  problems: {
    unreachable: {
      title: 'The sender cannot be reached',
      detail: 'Check your connection. Nothing that you entered is lost.',
    },
    internal: { title: 'Something went wrong on this page', detail: 'Reload it. Nothing was changed.' },
    unexpected: (status: number) => `The sender, or something before it, answered ${status}`,
  },
  readOnly:
    'Your key has the role member, which may read everything here. To change it, sign in with an admin’s key.',
  outcomes,
  shell,
  webhooks,
  subscription,
  log,
  delivery,
} as const
