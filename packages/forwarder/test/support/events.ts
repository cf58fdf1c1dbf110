import { randomUUID } from 'node:crypto'
import type { WebhookEvent } from '@complywise/webhooks'

/** A control of SOC 2 that fails now, or so many seconds later. */
export function failed(control: string, seconds = 0): WebhookEvent {
  return controlEvent(control, seconds, 'passed', 'failed')
}

/** A control of SOC 2 that passes. */
export function passed(control: string, seconds = 0): WebhookEvent {
  return controlEvent(control, seconds, 'failed', 'passed')
}

/** An event of any type. */
export function eventOf(event: string, data: Readonly<Record<string, unknown>>, seconds = 0): WebhookEvent {
  const timestamp = new Date(Date.now() + seconds * 1000).toISOString()
  return { event, event_id: randomUUID(), timestamp, data }
}

function controlEvent(control: string, seconds: number, before: string, after: string): WebhookEvent {
  const data = { control_id: control, framework: 'SOC 2', previous_status: before, new_status: after }
  return eventOf('compliance.control_failed', data, seconds)
}
