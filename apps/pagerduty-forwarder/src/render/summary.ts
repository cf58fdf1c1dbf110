import { cleanText, type Description, type Settings, truncate } from '@complywise/forwarder'

/** The most that PagerDuty takes, in UTF-16 units. */
const maxLength = 1024

/**
 * The title of an incident or a change: what people hear on the phone first. Which instance it is about stands at the end,
 * where it does not delay the news, and stays whole when the rest is cut.
 */
export function renderSummary({ headline }: Description, { instance }: Settings): string {
  const end = ` (ComplyWise ${cleanText(instance)})`
  return truncate(headline, maxLength - end.length) + end
}
