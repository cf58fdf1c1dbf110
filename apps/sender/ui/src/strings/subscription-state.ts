import { formatCount } from '../components/format-count.ts'
import { countOf } from './counts.ts'

/** Texts about pausing, resuming, enabling, and what state a subscription is in. */
export const subscriptionState = {
  banners: {
    degraded: {
      title: 'The endpoint keeps failing',
      detail: 'Halfway to being disabled since {since}. Everything is still attempted.',
      last: 'The last failure: {failure}.',
    },
    disabled: {
      title: 'Disabled: nothing is sent',
      repeated: 'Since {since}, because its endpoint failed too often and for too long.',
      repeatedFailures: (count: number) =>
        `Since {since}, because ${countOf(count, 'attempt')} in a row failed, the first of them at {failing}.`,
      gone: 'Since {since}, because its endpoint answered 410 Gone.',
      requested: 'Since {since}, because somebody asked for it.',
      unknownSince: 'The endpoint failed too often and for too long, or answered 410 Gone.',
      last: 'The last failure: {failure}.',
      next: 'Correct what was wrong, send a test event, then enable it: one delivery is sent first, and once that has succeeded all the others.',
    },
    paused: {
      title: 'Paused: nothing is sent',
      by: 'Since {since}, by {who}.',
      fromStart: 'Since it was created, {since}.',
      next: 'What is published is kept for it. Once it is resumed, one delivery is sent first, and once that has succeeded all the others.',
    },
    kept: (count: string) => `${count} kept so far.`,
    keptNothing: 'Nothing is kept so far.',
  },
  backlog: {
    deliveries: (count: number, isExact: boolean) =>
      isExact ? countOf(count, 'delivery', 'deliveries') : `more than ${formatCount(count)} deliveries`,
    limits:
      'They are kept for 7 days and up to 100,000 of them, unless the operator has set something else; beyond that the oldest are canceled, with the reason in the Delivery Log.',
  },
  pause: {
    title: 'Pause this subscription?',
    what: [
      'No attempt starts any more. Attempts under way end, and are recorded.',
      'What is published meanwhile is kept for it, and so is what is waiting now.',
    ],
    backlogNow: (count: string) => `Now waiting: ${count}.`,
    resume: 'When you resume it, one delivery is sent first, and once that has succeeded all the others.',
    confirm: 'Pause',
    done: 'The subscription is paused',
  },
  resume: {
    title: 'Resume this subscription?',
    held: (count: string) => `Kept for it: ${count}.`,
    heldNothing: 'Nothing was kept for it: there is nothing to catch up on.',
    first: 'One delivery is attempted first. Once one has succeeded, all the others follow, oldest first.',
    firstFails:
      'While none succeeds, one at a time is attempted, with growing waits; the others keep their attempts.',
    afresh: 'Nothing is held against the endpoint from before: its failures are counted from zero.',
    confirm: 'Resume',
    done: 'The subscription is active again',
  },
  enable: {
    title: 'Enable this subscription?',
    gone: 'Its endpoint answered 410 Gone. If it still does, the first delivery disables the subscription again.',
    repeated: 'Its endpoint kept failing. Send it a test event first, to see whether it works now.',
    confirm: 'Enable',
    done: 'The subscription is active again',
  },
  stateChanged: 'It is in another state now, so there is nothing to do here.',
} as const
