import { cleanText, type Description, type Settings, type Step, truncate } from '@complywise/forwarder'

/** The most that PagerDuty takes, in UTF-16 units. */
const maxLength = 1024

/**
 * The title of an incident or a change: what people hear on the phone first. Which instance it is about stands at the end,
 * where it does not delay the news, and stays whole when the rest is cut.
 */
export function renderSummary(step: Step, { headline }: Description, { instance }: Settings): string {
  const end = ` (ComplyWise ${cleanText(instance)})`
  return truncate(titleOf(step) ?? headline, maxLength - end.length) + end
}

/** An incident keeps the title of its first trigger, when nobody knows yet how many controls a storm will have. */
function titleOf({ action, alert }: Step): string | undefined {
  if (alert?.kind !== 'storm' || (action !== 'open' && action !== 'reopen')) return undefined
  const { framework } = alert.labels
  return `Many controls failing at once${framework ? ` · ${framework}` : ''}`
}
