import { formatTable } from '@complywise/service'
import type { Forwarded } from '../engine/engine.ts'
import { jsonText } from './json-text.ts'
import type { CommandResult } from './run-command.ts'

/** An event, and what became of it. */
export interface ForwardedEvent {
  readonly eventId: string
  readonly forwarded: Forwarded
}

/** Prints what became of events; failed where something is to be tried again or can never succeed. */
export function forwardedOutput(
  events: readonly ForwardedEvent[],
  isJson: boolean,
  isTerminal: boolean,
): CommandResult {
  const hasFailed = events.some(({ forwarded }) => isUnfinished(forwarded))
  if (isJson) return { output: `${jsonText(events.map(toJson))}\n`, hasFailed }
  const rows = events.flatMap(({ eventId, forwarded }) =>
    forwarded.steps.map(({ target, key, action, result, reason, proof }) => [
      eventId,
      target ?? '-',
      key ?? '-',
      action ?? '-',
      result,
      reason ?? '-',
      proof ?? '-',
    ]),
  )
  const names = ['EVENT', 'TARGET', 'KEY', 'ACTION', 'RESULT', 'REASON', 'PROOF']
  const hint = isTerminal && hasFailed ? `\n${hintFor(events)}\n` : ''
  return { output: `${formatTable(names, rows, isTerminal)}${hint}`, hasFailed }
}

/** What became of one event, with the names that all JSON output has. */
export function toJson({ eventId, forwarded }: ForwardedEvent): Readonly<Record<string, unknown>> {
  const { steps, retryAfterMs } = forwarded
  return {
    event_id: eventId,
    steps: steps.map(({ target, key, action, result, reason, proof }) => ({
      target: target ?? null,
      key: key ?? null,
      action: action ?? null,
      result,
      reason: reason ?? null,
      proof: proof ?? null,
    })),
    retry_after_seconds: retryAfterMs === undefined ? null : Math.ceil(retryAfterMs / 1000),
  }
}

function isUnfinished({ steps, retryAfterMs }: Forwarded): boolean {
  return retryAfterMs !== undefined || steps.some(({ result }) => result === 'dead')
}

function hintFor(events: readonly ForwardedEvent[]): string {
  return events.some(({ forwarded }) => forwarded.retryAfterMs !== undefined)
    ? 'Not everything was delivered: a serve on this ledger goes on with it, or call the command again.'
    : 'What is dead can never succeed as it is; the dead-letter file says why.'
}
