import { randomUUID } from 'node:crypto'
import type { EventOf, WebhookEvent } from '@complywise/webhooks'

const epoch = Date.parse('2026-03-01T12:00:00.000Z')

/** The timestamp so many seconds after the tests' epoch, 2026-03-01T12:00:00.000Z. */
export function clockAt(seconds: number): string {
  return new Date(epoch + seconds * 1000).toISOString()
}

/** A control that fails, or with `passed` recovers, so many seconds after the tests' epoch. */
export function controlEvent(
  controlId: string,
  seconds: number,
  newStatus: 'failed' | 'passed' = 'failed',
  framework = 'SOC 2',
): EventOf<'compliance.control_failed'> {
  return {
    event: 'compliance.control_failed',
    event_id: randomUUID(),
    timestamp: clockAt(seconds),
    data: {
      control_id: controlId,
      framework,
      previous_status: newStatus === 'failed' ? 'passed' : 'failed',
      new_status: newStatus,
    },
  }
}

/** A scan that completed with so many failures of `total`. */
export function scanCompleted(seconds: number, failed: number, total = 100): EventOf<'scan.completed'> {
  const passed = total - failed
  return {
    event: 'scan.completed',
    event_id: randomUUID(),
    timestamp: clockAt(seconds),
    data: {
      scan_job_id: randomUUID(),
      total_controls: total,
      passed,
      failed,
      score: (100 * passed) / total,
    },
  }
}

/** An event of any type. */
export function testEvent(
  event: string,
  seconds: number,
  data: Readonly<Record<string, unknown>> = {},
): WebhookEvent {
  return { event, event_id: randomUUID(), timestamp: clockAt(seconds), data }
}
