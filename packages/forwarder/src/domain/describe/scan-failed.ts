import type { Settings } from '../../config/settings.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import { linkTo } from '../link.ts'
import type { Step } from '../step.ts'
import { ordinalWords, timeBetween } from '../words.ts'
import { field, openFields } from './alert-fields.ts'
import { textIn } from './event-data.ts'

/** A scan that did not complete: alone or one of several in a row. */
export function describeScanFailed(
  { alert, event }: Step,
  { code, message, consecutive }: Extract<Facts, { readonly kind: 'scan_failed' }>,
  settings: Settings,
): Description {
  const isFirst = consecutive <= 1
  const scanJobId = textIn(event, 'scan_job_id')
  const cause = message ?? code
  return {
    headline: isFirst ? 'Scan failed' : `Scan failed, the ${ordinalWords(consecutive)} in a row`,
    tone: alert?.severity === 'error' || alert?.severity === 'critical' ? 'failing' : 'warning',
    summary: [
      `A scan stopped before it was complete${cause === undefined ? '.' : `: ${withFullStop(cause)}`}`,
      ...(isFirst || alert === undefined
        ? []
        : [`None has completed for ${timeBetween(alert.openedAt, alert.lastAt)}.`]),
    ].join(' '),
    fields: [
      ...field('Cause', code),
      ...field('In a row', isFirst ? undefined : String(consecutive)),
      ...(alert === undefined ? [] : openFields({ ...alert, count: 1 })),
      ...field('Scan job', scanJobId),
    ],
    lines: [],
    hints: ['Until a scan completes, nobody knows whether controls fail or have recovered.'],
    ...linkTo('scan', 'Open the scan', { scan_job_id: scanJobId }, settings),
  }
}

/** `text` as a sentence's end. */
export function withFullStop(text: string): string {
  return /[.!?…]$/u.test(text) ? text : `${text}.`
}
