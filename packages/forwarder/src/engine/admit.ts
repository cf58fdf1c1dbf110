import type { WebhookEvent } from '@complywise/webhooks'
import { interpret } from '../domain/interpret.ts'
import type { Reading } from '../domain/reading.ts'
import type { EventOrigin, LedgerWriter } from '../ledger/ledger.ts'
import { announcementPrefix } from '../ledger/rows.ts'
import type { DecidingContext } from './engine-context.ts'

/**
 * Stores an event and what it means when it is seen first, and begins an attempt at it.
 *
 * @param readings what it means, when that is not to be found out from the event.
 * @returns what it means, as it was found out at first sight; `undefined` when that was pruned since.
 */
export function admit(
  { ledger, settings, now }: DecidingContext,
  event: WebhookEvent,
  origin: EventOrigin,
  readings?: readonly Reading[],
): Promise<readonly Reading[] | undefined> {
  // As long as nobody was told and nothing was answered, a power cut may undo it: the event comes again.
  return ledger.write(
    (tables) => {
      if (ledger.findEvent(event.event_id) === undefined) addEvent(tables)
      tables.beginAttempt(event.event_id, now())
      return ledger.readings(event.event_id)
    },
    { durable: false },
  )

  function addEvent(tables: LedgerWriter): void {
    if (readings !== undefined) return store(tables, readings)
    const {
      readings: read,
      memory,
      reason,
    } = interpret(event, ledger.memory(), settings, () => ledger.openAlerts({ kind: 'control' }))
    store(tables, read)
    tables.setMemory(memory)
    if (reason === undefined) return
    const result = reason === 'unchanged' ? 'unchanged' : 'stale'
    const key = `${announcementPrefix}${event.event_id}`
    tables.addDecision({
      eventId: event.event_id,
      target: undefined,
      key,
      action: undefined,
      result,
      reason,
      stepId: undefined,
    })
    const at = new Date(now()).toISOString()
    tables.append({ at, event_id: event.event_id, event: event.event, result, reason })
  }

  function store(tables: LedgerWriter, read: readonly Reading[]): void {
    tables.addEvent(event, origin, read, now())
    for (const reading of read)
      if (reading.kind === 'recovery') tables.addRecovery(reading.subject.key, event)
  }
}
