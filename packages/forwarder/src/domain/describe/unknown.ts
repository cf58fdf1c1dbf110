import { cleanText } from '../clean-text.ts'
import type { Description } from '../description.ts'
import type { Facts } from '../facts.ts'
import type { Step } from '../step.ts'

const MAX_TYPE_LENGTH = 100

/** An event of a type that this version does not know. */
export function describeUnknown(
  { event }: Step,
  { data }: Extract<Facts, { readonly kind: 'unknown' }>,
): Description {
  const type = cleanText(event.event, MAX_TYPE_LENGTH) || 'without a type'
  return {
    headline: `Event ${type}`,
    tone: 'info',
    summary: 'ComplyWise sent an event of a type that this version of the forwarder does not know.',
    fields: [
      { label: 'Type', value: type },
      { label: 'Event', value: event.event_id },
    ],
    lines: [data],
    hints: [],
  }
}
