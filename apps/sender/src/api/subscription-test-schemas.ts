import { z } from 'zod'
import type { AttemptResult } from '../domain/outcome.ts'
import { adviseOnTest } from '../domain/test-advice.ts'
import type { ClaimedDelivery } from '../store/delivery-queue.ts'
import { uuid } from './ids.ts'
import { timestamp } from './timestamps.ts'

const milliseconds = z.number().nullable()

/** What came of a test. */
export const testAnswer = z
  .object({
    delivery_id: uuid.meta({ description: 'Where the Delivery Log has it.' }),
    event_id: uuid,
    event: z.string(),
    outcome: z
      .string()
      .meta({ description: 'As in the Delivery Log: `succeeded`, `http_NNN`, `timeout`, …' }),
    http_status: z.int().nullable(),
    advice: z.string().meta({ description: 'What to do now.' }),
    detail: z.string().nullable().meta({ description: 'What went wrong.' }),
    started_at: timestamp,
    duration_ms: z.int(),
    phases: z
      .object({
        dns_ms: milliseconds,
        connect_ms: milliseconds,
        tls_ms: milliseconds,
        first_byte_ms: milliseconds,
        body_ms: milliseconds,
      })
      .meta({
        description:
          'Where the time went; `null` for what was not reached, or not needed on a connection kept alive.',
      }),
    remote_address: z.string().nullable().meta({ description: 'The address that was connected to.' }),
    request: z.object({
      url: z.string(),
      headers: z
        .record(z.string(), z.string())
        .nullable()
        .meta({ description: 'As they were sent; your own that look like credentials are masked.' }),
      body: z.string().meta({ description: 'Its UTF-8 bytes are what was signed.' }),
    }),
    response_body: z.string().nullable().meta({
      description:
        "The start of the response's body, at most 16 KiB; bytes that are not UTF-8 are shown as U+FFFD.",
    }),
  })
  .meta({
    id: 'TestOutcome',
    description: 'What came of a test.',
    examples: [
      {
        delivery_id: '0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22',
        event_id: '5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77',
        event: 'webhook.test',
        outcome: 'http_401',
        http_status: 401,
        advice: adviseOnTest({ outcome: 'http_401', httpStatus: 401 }),
        detail: null,
        started_at: '2026-03-01T12:00:00.000Z',
        duration_ms: 84,
        phases: { dns_ms: 3.1, connect_ms: 11.9, tls_ms: 24.2, first_byte_ms: 42.6, body_ms: 0.4 },
        remote_address: '93.184.215.14',
        request: {
          url: 'https://example.com/webhooks',
          headers: { 'content-type': 'application/json', 'x-complywise-event': 'webhook.test' },
          body: '{"event":"webhook.test","event_id":"5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77","timestamp":"2026-03-01T12:00:00.000Z","data":{}}',
        },
        response_body: '{"status":"rejected"}',
      },
    ],
  })

/** A test in the form of {@link testAnswer}. */
export function toTestAnswer(delivery: ClaimedDelivery, result: AttemptResult): z.output<typeof testAnswer> {
  const { phases } = result
  return {
    delivery_id: delivery.id,
    event_id: delivery.eventId,
    event: delivery.event,
    outcome: result.outcome,
    http_status: result.httpStatus ?? null,
    advice: adviseOnTest(result),
    detail: result.detail ?? null,
    started_at: result.startedAt.toISOString(),
    duration_ms: result.durationMs,
    phases: {
      dns_ms: round(phases?.dnsMs),
      connect_ms: round(phases?.connectMs),
      tls_ms: round(phases?.tlsMs),
      first_byte_ms: round(phases?.firstByteMs),
      body_ms: round(phases?.bodyMs),
    },
    remote_address: result.remoteAddress ?? null,
    request: {
      url: delivery.url,
      headers: result.requestHeaders === undefined ? null : { ...result.requestHeaders },
      body: utf8.decode(delivery.body),
    },
    response_body: result.responseBody === undefined ? null : utf8.decode(result.responseBody),
  }
}

// Microseconds; what comes after them is noise of the arithmetic.
function round(ms: number | undefined): number | null {
  return ms === undefined ? null : Math.round(ms * 1000) / 1000
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })
