import { DestinationError } from '@complywise/forwarder'
import { EventsError } from './client/events-error.ts'

/**
 * What a failed call means for its event. What is not the client's own error passes as it is: nobody knows what it means.
 *
 * @param whose the routing key, as people know it: `target "oncall"`.
 */
export function classifyError(error: unknown, whose: string): unknown {
  if (!(error instanceof EventsError)) return error
  const { code, message, retryAfterMs, isPossiblyAccepted } = error
  const details = { cause: error, ...(retryAfterMs !== undefined && { retryAfterMs }) }
  const named = `pagerduty_${code}`
  switch (code) {
    case 'rate_limited':
      return new DestinationError('retry', named, message, details)
    case 'unavailable':
    case 'no_answer':
    case 'aborted':
      return new DestinationError(isPossiblyAccepted ? 'ambiguous' : 'retry', named, message, details)
    case 'refused':
      return new DestinationError('payload', named, message, details)
    case 'unauthorized_key':
      return new DestinationError('operator', named, `${message} (${whose})`, {
        ...details,
        fix: `Set the routing_key of ${whose} to the Integration Key of an Events API V2 integration (in PagerDuty: the service → Integrations), and pagerduty.server to the service region of the account.`,
      })
    case 'untrusted_certificate':
      return new DestinationError('operator', named, message, {
        ...details,
        fix: 'Trust the authority of the certificate, by pagerduty.ca or NODE_EXTRA_CA_CERTS, or correct pagerduty.server.',
      })
    case 'unexpected_answer':
      return new DestinationError('operator', named, message, {
        ...details,
        fix: 'Correct pagerduty.server, and HTTPS_PROXY and NO_PROXY if there is a proxy.',
      })
    default:
      return code satisfies never
  }
}
