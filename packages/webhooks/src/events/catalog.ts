import { controlFailed, scoreChanged } from './compliance-definitions.ts'
import type { EventDefinition } from './definition.ts'
import type { EventType, PublishedData } from './event.ts'
import { evidenceUploaded } from './evidence-definitions.ts'
import { integrationDisconnected } from './integration-definitions.ts'
import { scanCompleted, scanFailed } from './scan-definitions.ts'

/** The definition of every type of event. */
export type EventCatalog = { readonly [Type in EventType]: EventDefinition<PublishedData[Type]> }

/**
 * The event catalog in words: titles, meanings, a description of every field, examples; for documentation and forms.
 * Look up only what `isEventType` accepts: an object also has a `constructor`.
 *
 * @example
 * eventCatalog['scan.completed'].fields.score // 'The score after the scan, in percent.'
 */
export const eventCatalog: EventCatalog = {
  'scan.completed': scanCompleted,
  'scan.failed': scanFailed,
  'compliance.score_changed': scoreChanged,
  'compliance.control_failed': controlFailed,
  'evidence.uploaded': evidenceUploaded,
  'integration.disconnected': integrationDisconnected,
}
