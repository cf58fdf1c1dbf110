import { type Description, type Facts, type Step, truncate } from '@complywise/forwarder'

/** What PagerDuty shows as a table below the title of an incident. */
export type Details = Readonly<Record<string, string | readonly string[]>>

/** PagerDuty takes 512,000 bytes altogether; the rest of an event needs some of them. */
const maxBytes = 480_000

/** Long enough for every text that is read; longer than that, it was never meant to be. */
const maxTextLength = 10_000

/**
 * A description as a table. Names are as rules of PagerDuty can use them, `event.custom_details.due`. Lines that do not fit
 * are left out, and a note says so.
 */
export function renderDetails(description: Description, step: Step): Details {
  const { summary, fields, lines } = description
  const hints = step.alert?.kind === 'storm' ? [...description.hints, stormNote] : description.hints
  const table = {
    description: truncate(summary, maxTextLength),
    ...Object.fromEntries(fields.map(({ label, value }) => [nameOf(label), truncate(value, maxTextLength)])),
  }
  const origin = {
    ...(step.alert !== undefined && { alert_key: step.alert.key }),
    event_id: step.event.event_id,
  }
  const build = (count: number): Details => {
    const left = lines.length - count
    const notes = left === 0 ? hints : [...hints, `${left} of ${lines.length} lines are left out: too long.`]
    return {
      ...table,
      ...(count > 0 && { [listName(step.facts)]: lines.slice(0, count) }),
      ...(notes.length > 0 && { note: truncate(notes.join(' '), maxTextLength) }),
      ...origin,
    }
  }
  return build(mostThatFits(lines.length, (count) => bytesOf(build(count)) <= maxBytes))
}

/** PagerDuty is not told of every control that joins. */
const stormNote =
  'This is as it was at the time: the newest trigger in the log has more, the command `status` has all of it.'

/** `Open from` → `open_from`. */
function nameOf(label: string): string {
  return label.toLowerCase().replaceAll(/\s+/g, '_')
}

function listName({ kind }: Facts): string {
  if (kind === 'integration_disconnected') return 'not_monitored'
  return kind === 'scan_completed' ? 'open_controls' : 'controls'
}

function bytesOf(details: Details): number {
  return Buffer.byteLength(JSON.stringify(details))
}

/** The largest number up to `most` that fits, where every smaller one fits as well. */
function mostThatFits(most: number, fits: (count: number) => boolean): number {
  if (fits(most)) return most
  let low = 0
  let high = most - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}
