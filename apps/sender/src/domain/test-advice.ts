import type { AttemptResult } from './outcome.ts'

/** What to do about the outcome of a test, for whoever made it. */
export function adviseOnTest({ outcome, httpStatus }: Pick<AttemptResult, 'outcome' | 'httpStatus'>): string {
  switch (outcome) {
    case 'succeeded':
      return 'Nothing: the endpoint accepted the event. The body of its answer says what it did with it.'
    case 'redirect':
      return 'Subscribe the URL that it redirects to: redirects are never followed.'
    case 'dns':
      return 'Check the name of the host: it has no address that the sender can find.'
    case 'connect':
      return 'Let the sender reach the endpoint: nothing accepted the connection. Check host, port and firewall.'
    case 'tls':
      return 'Renew or complete the certificate: it has to be valid for this host, and be sent with its intermediates.'
    case 'reset':
      return 'See why the server, or a proxy before it, closed the connection without an HTTP answer.'
    case 'timeout':
      return 'Answer first and work afterwards: the whole answer has to be there in time.'
    case 'ssrf_blocked':
      return 'Use a public address, or ask the operator to allow this network.'
    case 'canceled':
    case 'lease_expired':
      return 'Test again: the sender was stopping.'
    case 'internal':
      return 'Tell the operator: the sender could not make the request; the detail says why.'
    default:
      return adviseOnStatus(httpStatus ?? 0)
  }
}

function adviseOnStatus(status: number): string {
  const advice = statusAdvice[status]
  if (advice !== undefined) return advice
  if (status >= 500) return 'Look into the log of the receiver: it failed while it handled the event.'
  return 'Answer with 200 to 299 once the event is accepted; any other status is a failure, and is retried.'
}

const statusAdvice: Readonly<Record<number, string>> = {
  400: 'Give the receiver the body as it came: it did not find an envelope in it. Is something changing it on the way?',
  401: 'Check the secret on both ends, and that the receiver verifies the bytes as they came: the signature did not match. If a proxy or a login is before the receiver, let these requests through.',
  403: 'Let these requests through: a firewall, a proxy or a login refused them before the receiver.',
  404: 'Check the path of the URL: nothing is there.',
  405: 'Let the route accept POST.',
  409: 'Test again: the receiver is still handling this event.',
  410: 'Correct the URL: the endpoint says that it is gone, and a real event would disable the subscription.',
  413: 'Let the receiver, and proxies before it, accept bodies of at least 256 KiB.',
  415: 'Let the receiver accept application/json.',
  422: 'Compare the fields that the receiver expects with the catalog of events.',
  429: 'Raise the limit for these requests: the endpoint says that they are too many.',
  503: 'Test again later: the receiver, or something that it needs, is overloaded or down.',
}
