import { createHash } from 'node:crypto'
import { z } from 'zod'
import { explainDelivery, explanationCodes } from '../domain/explain-delivery.ts'
import type { Attempt, DeliveryDetail } from '../store/deliveries.ts'
import { outcomeMeaning } from './delivery-query.ts'
import { deliveryExample, deliveryFields, toDeliveryAnswer } from './delivery-schemas.ts'
import { timestamp } from './timestamps.ts'

const ms = z.number().nullable()

const attemptAnswer = z
  .object({
    number: z.int().meta({ description: 'Counted from 1.' }),
    started_at: timestamp,
    duration_ms: z.int(),
    phases: z
      .object({
        dns_ms: ms.meta({ description: 'Looking up the name.' }),
        connect_ms: ms.meta({ description: 'The TCP connection.' }),
        tls_ms: ms.meta({ description: 'The TLS handshake.' }),
        first_byte_ms: ms.meta({
          description: 'From the start of the request to the first byte of the answer.',
        }),
        body_ms: ms.meta({ description: 'From there to the last byte that was read.' }),
      })
      .meta({
        description:
          'Where the time went, in milliseconds; `null` for what was not reached, or not needed on a connection kept alive.',
      }),
    remote_address: z.string().nullable().meta({ description: 'The address that was connected to.' }),
    request_headers: z.record(z.string(), z.string()).nullable().meta({
      description:
        'As they were sent; values of your own headers that look like credentials are masked. `null` when nothing was sent.',
    }),
    outcome: z.string().meta({ description: outcomeMeaning }),
    http_status: z.int().nullable(),
    response_body: z.string().nullable().meta({
      description:
        "The start of the response's body, at most 16 KiB; bytes that are not UTF-8 are shown as U+FFFD.",
    }),
    detail: z.string().nullable().meta({ description: 'What went wrong.' }),
  })
  .meta({ id: 'Attempt', description: 'One HTTP request for a delivery.' })

const explanationAnswer = z
  .object({
    code: z.enum(explanationCodes),
    detail: z.string(),
    next: z.string().nullable().meta({ description: 'What happens next; `null` when nothing does.' }),
    next_at: timestamp.nullable().meta({
      description: 'When, at the earliest; `null` when it happens at once, or not by itself.',
    }),
  })
  .meta({ id: 'DeliveryExplanation', description: 'Why a delivery is where it is, and what comes next.' })

const exampleBody =
  '{"event":"compliance.control_failed","event_id":"5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77","timestamp":"2026-03-01T12:00:00.000Z","data":{"control_id":"CC6.1","framework":"SOC 2","previous_status":"passed","new_status":"failed"}}'

/** A delivery with its body, its attempts and an explanation. */
export const deliveryDetailAnswer = z
  .object({
    ...deliveryFields,
    why: explanationAnswer,
    traceparent: z
      .string()
      .nullable()
      .meta({ description: 'W3C Trace Context of whoever published the event.' }),
    body: z.string().nullable().meta({
      description:
        'The envelope. Its UTF-8 bytes are exactly the bytes that are sent and signed on every attempt. `null` when the event is no longer kept.',
    }),
    body_sha256: z
      .string()
      .nullable()
      .meta({ description: 'SHA-256 of those bytes, in hexadecimal digits; what `Content-Digest` says.' }),
    attempts: z.array(attemptAnswer).meta({ description: 'In order.' }),
  })
  .meta({
    id: 'DeliveryDetail',
    description: 'A delivery with its body and what became of each attempt.',
    examples: [
      {
        ...deliveryExample,
        why: {
          code: 'retrying',
          detail: 'The last attempt ended as http_500.',
          next: 'Attempt 2; 1 of at most 10 failures so far.',
          next_at: '2026-03-01T12:00:11.204Z',
        },
        traceparent: null,
        body: exampleBody,
        body_sha256: createHash('sha256').update(exampleBody).digest('hex'),
        attempts: [
          {
            number: 1,
            started_at: '2026-03-01T12:00:00.012Z',
            duration_ms: 38,
            phases: { dns_ms: 1.2, connect_ms: 8.1, tls_ms: 17.4, first_byte_ms: 10.8, body_ms: 0.2 },
            remote_address: '93.184.215.14',
            request_headers: { 'content-type': 'application/json', 'x-complywise-attempt': '1' },
            outcome: 'http_500',
            http_status: 500,
            response_body: 'Internal Server Error',
            detail: null,
          },
        ],
      },
    ],
  })

/** A delivery in the form of {@link deliveryDetailAnswer}. `maxAttempts` is the retry policy's. */
export function toDeliveryDetailAnswer(
  detail: DeliveryDetail,
  maxAttempts: number,
): z.output<typeof deliveryDetailAnswer> {
  const { code, detail: why, next, nextAt } = explainDelivery(detail.situation, maxAttempts)
  return {
    ...toDeliveryAnswer(detail),
    why: { code, detail: why, next, next_at: nextAt?.toISOString() ?? null },
    traceparent: detail.traceparent,
    // webhooks.publish makes every body from text, so it is UTF-8.
    body: detail.body && utf8.decode(detail.body),
    body_sha256: detail.body && createHash('sha256').update(detail.body).digest('hex'),
    attempts: detail.attempts.map(toAttemptAnswer),
  }
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

function toAttemptAnswer(attempt: Attempt): z.output<typeof attemptAnswer> {
  return {
    number: attempt.number,
    started_at: attempt.startedAt.toISOString(),
    duration_ms: attempt.durationMs,
    phases: {
      dns_ms: attempt.dnsMs,
      connect_ms: attempt.connectMs,
      tls_ms: attempt.tlsMs,
      first_byte_ms: attempt.firstByteMs,
      body_ms: attempt.bodyMs,
    },
    remote_address: attempt.remoteAddress,
    request_headers: attempt.requestHeaders,
    outcome: attempt.outcome,
    http_status: attempt.httpStatus,
    response_body: attempt.responseBody && utf8.decode(attempt.responseBody),
    detail: attempt.detail,
  }
}
