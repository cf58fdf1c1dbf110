import { z } from 'zod'
import { fieldIssue } from '../http/validation.ts'
import type { RecoverJob } from '../store/recover-jobs.ts'
import { uuid } from './ids.ts'
import { pageOf, pageParameters } from './pages.ts'
import { instant, timestamp } from './timestamps.ts'

const DEFAULT_PER_SECOND = 50

/** The body of `POST /api/webhooks/{id}/recover`. */
export const recoverBody = z
  .strictObject({
    since: instant.meta({ description: 'Deliveries created at or after.' }),
    until: instant
      .optional()
      .meta({ description: 'Deliveries created before. Now when absent, or when later.' }),
    deliveries_per_second: z
      .int()
      .min(1)
      .max(1000)
      .default(DEFAULT_PER_SECOND)
      .meta({ description: 'How many deliveries are made in a second at most.' }),
    dry_run: z.boolean().default(false).meta({ description: 'Only count.' }),
  })
  .check(({ value, issues }) => {
    if (value.until === undefined || value.until > value.since) return
    issues.push({
      ...fieldIssue('invalid_value', 'Expected an instant after since.', value),
      path: ['until'],
    })
  })
  .meta({ id: 'Recover', examples: [{ since: '2026-03-01T12:00:00Z', deliveries_per_second: 50 }] })

/** The answer to a dry run. */
export const recoverCountAnswer = z
  .object({
    count: z.int().meta({ description: 'Deliveries that a recovery would make.' }),
    since: timestamp,
    until: timestamp,
  })
  .meta({
    id: 'RecoverCount',
    description: 'What a recovery would do.',
    examples: [{ count: 4212, since: '2026-03-01T12:00:00.000Z', until: '2026-03-01T18:00:00.000Z' }],
  })

/** A recovery. */
export const recoverJobAnswer = z
  .object({
    id: uuid,
    subscription_id: uuid,
    since: timestamp,
    until: timestamp,
    status: z.enum(['running', 'completed', 'canceled']),
    total_count: z.int().meta({ description: 'Deliveries to make, counted when it was asked for.' }),
    redelivered_count: z.int().meta({ description: 'Deliveries made.' }),
    deliveries_per_second: z.int(),
    created_by: z.string().meta({ description: 'Who asked for it.' }),
    created_at: timestamp,
    completed_at: timestamp.nullable(),
  })
  .meta({
    id: 'RecoverJob',
    description: 'The redelivery of everything that a subscription did not receive in some time.',
    examples: [
      {
        id: '0195a3c2-9a10-7b1c-8f3e-2d5d2f9a7711',
        subscription_id: '0195a3c2-7b1e-7c55-9d0a-3f1f6f0e2c11',
        since: '2026-03-01T12:00:00.000Z',
        until: '2026-03-01T18:00:00.000Z',
        status: 'running',
        total_count: 4212,
        redelivered_count: 850,
        deliveries_per_second: 50,
        created_by: 'key:0195a3c2-7000-7c55-9d0a-3f1f6f0e2c11',
        created_at: '2026-03-01T18:00:00.000Z',
        completed_at: null,
      },
    ],
  })

/** The query of `GET /api/recover-jobs`. */
export const listRecoverJobsQuery = z.strictObject({ ...pageParameters, subscription_id: uuid.optional() })

/** A page of recoveries. */
export const recoverJobPage = pageOf(recoverJobAnswer, 'RecoverJobPage')

/** A recovery in the form of {@link recoverJobAnswer}. */
export function toRecoverJobAnswer(job: RecoverJob): z.output<typeof recoverJobAnswer> {
  return {
    id: job.id,
    subscription_id: job.subscriptionId,
    since: job.since.toISOString(),
    until: job.until.toISOString(),
    status: job.status,
    total_count: job.totalCount,
    redelivered_count: job.redeliveredCount,
    deliveries_per_second: job.deliveriesPerSecond,
    created_by: job.createdBy,
    created_at: job.createdAt.toISOString(),
    completed_at: job.completedAt?.toISOString() ?? null,
  }
}
