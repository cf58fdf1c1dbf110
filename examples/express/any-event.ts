import { assertExhaustive, isKnownEvent, type WebhookEvent } from '@complywise/webhooks'

/** One line about any event, for a log or a chat: `receiver.onAny((event) => console.log(summarize(event)))`. */
export function summarize(event: WebhookEvent): string {
  if (!isKnownEvent(event)) return `${event.event}, which this version does not know`
  switch (event.event) {
    case 'scan.completed':
      return `Scan completed: ${event.data.passed} of ${event.data.total_controls} controls passed`
    case 'scan.failed':
      return `Scan failed: ${event.data.error?.message ?? 'no reason given'}`
    case 'compliance.score_changed':
      return `${event.data.framework ?? 'Overall'} score is now ${event.data.new_score ?? 'unknown'}`
    case 'compliance.control_failed':
      return `${event.data.framework} ${event.data.control_id} is ${event.data.new_status}`
    case 'evidence.uploaded':
      return `Evidence uploaded: ${event.data.file_name ?? 'a file'}`
    case 'integration.disconnected':
      return `${event.data.name ?? 'An integration'} is disconnected`
    default:
      return assertExhaustive(event)
  }
}
