import { cleanText } from '../clean-text.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import type { Step } from '../step.ts'

const MAX_TYPE_LENGTH = 100

/** An event of a type that this version does not know, or of a known one that does not say what it is about. */
export function describeUnknown(
  { event }: Step,
  { data, lacks }: Extract<Facts, { readonly kind: 'unknown' }>,
): Description {
  const type = cleanText(event.event, MAX_TYPE_LENGTH) || 'without a type'
  const isUnknown = lacks === undefined
  return {
    headline: isUnknown ? `Event ${type}` : `${type} with unexpected data`,
    tone: isUnknown ? 'info' : 'warning',
    summary: isUnknown
      ? 'ComplyWise sent an event of a type that this version of the forwarder does not know.'
      : `ComplyWise sent ${type}, but ${lacks} cannot be read. It is told here as it came.`,
    fields: [
      { label: 'Type', value: type },
      { label: 'Event', value: event.event_id },
    ],
    lines: [data],
    hints: isUnknown ? [] : ['Look it up in ComplyWise: it may be about something that fails.'],
  }
}
