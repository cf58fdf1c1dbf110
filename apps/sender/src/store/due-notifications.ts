import type { Logger } from '@complywise/service'
import { openListeningConnection } from './listening-connection.ts'

/** A standing connection that hears of published events. */
export interface DueNotifications {
  /** Says nothing any more. Resolves when the connection is closed, after a second at the latest. */
  close(): Promise<void>
}

/**
 * Listens for the lanes that {@link https://www.postgresql.org/docs/current/sql-notify.html | NOTIFY} says have
 * something due. After every connect `onDue` is called with no lane: something may have been missed.
 */
export function listenForDue(
  connectionString: string,
  onDue: (subscriptionIds: readonly string[]) => void,
  logger: Logger,
): DueNotifications {
  return openListeningConnection({
    connectionString,
    applicationName: 'complywise-sender listen',
    channels: ['webhooks_due'],
    notified(_channel, payload) {
      const lanes = parseLanes(payload)
      if (lanes.length > 0) onDue(lanes)
    },
    connected: () => onDue([]),
    broke: (err) => logger.warn({ err }, 'the listening connection broke'),
  })
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

// Any role of the database may notify on any channel, and one id that is none would fail every claim it is part of. What
// no publisher said is no reason to look at every lane either: that takes time, and would be asked for without end.
function parseLanes(payload: string): readonly string[] {
  const lanes = payload.split(',')
  return lanes.every((lane) => uuid.test(lane)) ? lanes : []
}
