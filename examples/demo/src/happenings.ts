import { eventCatalog, type EventType } from '@complywise/webhooks'

/** An event of the demo. */
export interface Happening {
  /** What happens, for people. */
  readonly words: string
  readonly event: EventType
  readonly data: object
  /** When it happens, in RFC 3339. */
  readonly timestamp: string
}

const MINUTE_MS = 60_000

/**
 * An hour at a company, up to `now`: one of each of the six events, the recovery of the control that failed, and a report
 * about that control which is older than its recovery and comes after it.
 */
export function happenings(now: Date): readonly Happening[] {
  const ago = (minutes: number): string => new Date(now.getTime() - minutes * MINUTE_MS).toISOString()
  const control = eventCatalog['compliance.control_failed'].example
  return [
    {
      words: 'a scan finds 11 of 49 controls failing',
      event: 'scan.completed',
      data: eventCatalog['scan.completed'].example,
      timestamp: ago(60),
    },
    {
      words: 'the score falls from 81.6 to 77.6',
      event: 'compliance.score_changed',
      data: eventCatalog['compliance.score_changed'].example,
      timestamp: ago(59),
    },
    {
      words: 'control CC6.1 fails',
      event: 'compliance.control_failed',
      data: control,
      timestamp: ago(58),
    },
    {
      words: 'somebody uploads evidence for CC6.1',
      event: 'evidence.uploaded',
      data: eventCatalog['evidence.uploaded'].example,
      timestamp: ago(30),
    },
    {
      words: 'the connection to AWS is lost',
      event: 'integration.disconnected',
      data: {
        ...eventCatalog['integration.disconnected'].example,
        reason: { code: 'credentials_expired', message: 'The access key has expired.' },
        last_connected_at: ago(25),
      },
      timestamp: ago(24),
    },
    {
      words: 'the next scan fails, therefore',
      event: 'scan.failed',
      data: { ...eventCatalog['scan.failed'].example, started_at: ago(21) },
      timestamp: ago(20),
    },
    {
      words: 'CC6.1 passes again',
      event: 'compliance.control_failed',
      data: { ...control, previous_status: 'failed', new_status: 'passed' },
      timestamp: ago(5),
    },
    {
      words: 'late: “CC6.1 failed”, from before it passed',
      event: 'compliance.control_failed',
      data: { ...control, previous_status: 'failed', new_status: 'error' },
      timestamp: ago(40),
    },
  ]
}

/** Which of them is delivered to the forwarders a second time, at the end: the one that opened an alert. */
export const repeatedIndex = 2
