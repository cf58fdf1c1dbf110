import { z } from 'zod'
import { MAX_HELD_COUNT, type RecordedTransition } from '../domain/transition.ts'
import { uuid } from './ids.ts'
import { pageOf, pageParameters } from './pages.ts'
import { timestamp } from './timestamps.ts'

/** The query of `GET /api/webhooks/{id}/transitions`. */
export const listTransitionsQuery = z.strictObject(pageParameters)

const state = z.enum(['active', 'degraded', 'paused', 'disabled'])

const transitionAnswer = z
  .object({
    id: uuid.meta({ description: "Also the `event_id` of the operator's event about it." }),
    at: timestamp,
    from: state,
    to: state,
    reason: z.enum(['repeated_failures', 'endpoint_gone', 'recovered', 'requested']),
    actor: z
      .string()
      .nullable()
      .meta({ description: 'Who asked for it, as in the audit log; `null` for the sender itself.' }),
    url: z.string().meta({ description: 'The endpoint, as it was then.' }),
    consecutive_failures: z.int().meta({ description: 'Attempts in a row that had failed.' }),
    failing_since: timestamp.nullable(),
    last_outcome: z
      .string()
      .nullable()
      .meta({ description: 'Outcome of an attempt that had failed lately, such as `timeout`.' }),
    last_detail: z.string().nullable().meta({ description: 'What went wrong then, for a person.' }),
    held_count: z.int().meta({
      description: `Deliveries that were owed then; ${MAX_HELD_COUNT.toLocaleString('en-US')} stands for that many or more.`,
    }),
  })
  .meta({
    id: 'Transition',
    description: "A change of a subscription's state. One that is active and failing for long is `degraded`.",
    examples: [
      {
        id: '0195a3c2-9e10-7a41-b3c5-1f2e3d4c5b6a',
        at: '2026-03-02T12:00:04.118Z',
        from: 'degraded',
        to: 'disabled',
        reason: 'repeated_failures',
        actor: null,
        url: 'https://example.com/webhooks',
        consecutive_failures: 212,
        failing_since: '2026-03-01T12:00:00.000Z',
        last_outcome: 'http_503',
        last_detail: null,
        held_count: 1834,
      },
    ],
  })

/** A page of transitions. */
export const transitionPage = pageOf(transitionAnswer, 'TransitionPage')

/** A transition as it is answered. */
export function toTransitionAnswer(transition: RecordedTransition): z.output<typeof transitionAnswer> {
  return {
    id: transition.id,
    at: transition.at.toISOString(),
    from: transition.from,
    to: transition.to,
    reason: transition.reason,
    actor: transition.actor,
    url: transition.url,
    consecutive_failures: transition.consecutiveFailures,
    failing_since: transition.failingSince?.toISOString() ?? null,
    last_outcome: transition.lastOutcome,
    last_detail: transition.lastDetail,
    held_count: transition.heldCount,
  }
}
