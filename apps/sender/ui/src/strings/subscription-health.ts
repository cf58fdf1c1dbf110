import { formatCount } from '../components/format-count.ts'
import { countOf } from './counts.ts'

/** Texts about how an endpoint is doing. */
export const subscriptionHealth = {
  health: {
    title: 'Health',
    lastDay: 'Attempts and latency are those of the last 24 hours.',
    successRate: 'Successful attempts',
    noAttempts: 'No attempts',
    ofAttempts: (succeeded: number, total: number) =>
      `${formatCount(succeeded)} of ${countOf(total, 'attempt')}`,
    latency: 'Latency',
    median: 'Median',
    p95: (duration: string) => `95 % within ${duration}`,
    noLatency: 'No answer yet',
    failuresInRow: 'Failed in a row',
    failingSince: 'First failure {at}',
    noFailures: 'The last attempt succeeded, or none was made',
    waiting: 'Backlog',
    seeWaiting: 'See them in the Delivery Log',
    nothingWaits: 'Nothing is pending',
    lastDelivery: 'Last delivery',
    noDelivery: 'None yet',
    sparkline: (rate: string) => `Attempts by hour in the last 24 hours; ${rate} succeeded`,
    statisticsFailed: 'The figures of the last day could not be loaded.',
  },
  disabling: {
    title: 'Until it is disabled',
    both: (failures: number) =>
      `It is disabled after ${countOf(failures, 'more failed attempt')} in a row, but not before {at} (in {in}). One success puts everything right.`,
    failures: (failures: number) =>
      `It is disabled after ${countOf(failures, 'more failed attempt')} in a row. One success puts everything right.`,
    time: 'It is disabled by the first attempt that fails after {at} (in {in}). One success before puts everything right.',
    nothing: 'It is disabled by the next attempt that fails. One success puts everything right.',
    failuresMeter: 'Failed attempts in a row',
    failuresValue: (count: number, limit: number) => `${formatCount(count)} of ${formatCount(limit)}`,
    failuresReached: (count: number) => `${formatCount(count)}: as many as it takes`,
    timeMeter: 'Time since the first of them',
    timeValue: (elapsed: string, total: string) => `${elapsed} of ${total}`,
    timeReached: (total: string) => `${total}: as long as it takes`,
    kept: 'Once disabled, what is published is kept for it, and is sent when it is enabled again.',
  },
  holding: {
    probingTitle: 'One delivery at a time is attempted',
    probing:
      'The endpoint failed again and again, has a new URL, or was just put back to work. Once one delivery succeeds, all the others follow.',
    heldTitle: 'No attempt starts before {at}',
    heldProbing:
      'The endpoint is down and is tried now and then, with growing waits. The next attempt is made {relative}.',
    heldAsked:
      'The endpoint asked for time, with 429 or 503, or nothing can be sent to it just now. Attempts start again {relative}.',
  },
} as const
