import { findProblems } from './check.ts'
import { controlFailed, scoreChanged } from './compliance.ts'
import type { EventDefinition } from './definition.ts'
import type { EventType, PublishedData } from './event.ts'
import { evidenceUploaded } from './evidence.ts'
import { integrationDisconnected } from './integration.ts'
import { scanCompleted, scanFailed } from './scan.ts'

/** The definition of every type of event. */
export type EventCatalog = { readonly [Type in EventType]: EventDefinition<PublishedData[Type]> }

/**
 * The event catalog, from which validation, documentation and forms are made. Look up only what `isEventType`
 * accepts: an object also has a `constructor`.
 *
 * @example
 * eventCatalog['scan.completed'].data.properties.score.description // 'The score after the scan, in percent.'
 */
export const eventCatalog: EventCatalog = {
  'scan.completed': scanCompleted,
  'scan.failed': scanFailed,
  'compliance.score_changed': scoreChanged,
  'compliance.control_failed': controlFailed,
  'evidence.uploaded': evidenceUploaded,
  'integration.disconnected': integrationDisconnected,
}

/**
 * Checks the `data` of an event.
 *
 * @param as `published`: what a sender sends, so no field may be missing. `received`: what a receiver accepts, so
 * fields that the product page does not document may be. Unknown fields are fine either way.
 * @returns one phrase for each fault, such as `data.passed should be of type integer`; empty when there is none.
 *
 * @example
 * const problems = checkEventData('scan.completed', data, 'published')
 * if (problems.length > 0) return badRequest(problems.join('; '))
 */
export function checkEventData(
  type: EventType,
  data: unknown,
  as: 'published' | 'received',
): readonly string[] {
  const definition = eventCatalog[type]
  const mayLackFields = as === 'received' && !definition.isDocumented
  return findProblems(definition.data, data, { path: 'data', mayLackFields })
}
