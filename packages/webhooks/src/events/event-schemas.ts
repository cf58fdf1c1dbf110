import type * as z from 'zod/mini'
import { controlFailedSchema, scoreChangedSchema } from './compliance.ts'
import type { EventType, PublishedData, ReceivedData } from './event.ts'
import { evidenceUploadedSchema } from './evidence.ts'
import { integrationDisconnectedSchema } from './integration.ts'
import { scanCompletedSchema, scanFailedSchema } from './scan.ts'
import { tolerant } from './tolerant.ts'

/**
 * The zod schema of each event's `data` as a sender publishes it: no field may be absent. Objects are open: fields that
 * a schema does not name are kept.
 *
 * @example
 * const { data, error } = publishedEventSchemas['scan.completed'].safeParse(JSON.parse(text))
 */
export const publishedEventSchemas = {
  'scan.completed': scanCompletedSchema,
  'scan.failed': scanFailedSchema,
  'compliance.score_changed': scoreChangedSchema,
  'compliance.control_failed': controlFailedSchema,
  'evidence.uploaded': evidenceUploadedSchema,
  'integration.disconnected': integrationDisconnectedSchema,
} as const satisfies { readonly [Type in EventType]: z.ZodMiniType<PublishedData[Type]> }

/**
 * The zod schema of each event's `data` as a receiver accepts it: fields that the product page does not document may
 * be absent, at any depth. What a receiver hands over has been checked with these; use them for events that come
 * another way, such as through a queue of your own.
 *
 * @example
 * const job = z.object({ data: receivedEventSchemas['compliance.control_failed'], assignee: z.email() })
 * type Job = z.infer<typeof job>
 */
export const receivedEventSchemas = {
  'scan.completed': scanCompletedSchema,
  'scan.failed': tolerant(scanFailedSchema),
  'compliance.score_changed': tolerant(scoreChangedSchema),
  'compliance.control_failed': controlFailedSchema,
  'evidence.uploaded': tolerant(evidenceUploadedSchema),
  'integration.disconnected': tolerant(integrationDisconnectedSchema),
} as const satisfies { readonly [Type in EventType]: z.ZodMiniType<ReceivedData[Type]> }
