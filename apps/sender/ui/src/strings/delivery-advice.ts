/** What to do about a delivery that does not arrive, by its cause; the page links to where it is done. */
export const deliveryAdvice = {
  enable: {
    text: 'Mend what made it fail, then enable the subscription: what waits is attempted from then on.',
    link: 'subscription',
  },
  resume: { text: 'Resume the subscription: what waits is attempted from then on.', link: 'subscription' },
  probed: {
    text: 'See on the subscription’s page how its endpoint answers. This delivery follows as soon as one succeeds.',
    link: 'subscription',
  },
  behind: {
    text: 'See why the delivery before it does not arrive. To have deliveries attempted independently, switch the order off.',
    link: 'subscription',
  },
  backlog_lost: {
    text: 'Redeliver it, or recover everything that was not received since.',
    link: 'recover',
  },
  signature: {
    text: 'Check the secret of the receiver, and that it hashes the bytes of the request as they came, before anything parses them. “Check my signature” below names the mistake.',
    link: 'signature',
  },
  unauthorized: {
    text: 'Check the secret of the receiver with “Check my signature” below. If a login or a gateway stands before the receiver, let these requests through.',
    link: 'signature',
  },
  clock: {
    text: 'Set the clock of the receiver’s machine: the time of the attempt is signed, and may differ by five minutes.',
  },
  too_old: {
    text: 'The event is older than the receiver accepts. Raise its maxAgeMs, or have it verify the signed time of the attempt.',
  },
  secret_missing: {
    text: 'Give the receiver the secret of this subscription: it found none for this request.',
    link: 'subscription',
  },
  body_parsed: {
    text: 'Keep the bytes: in the receiver, a body parser reads the request before it can be verified. Register the receiver’s route before it.',
  },
  malformed: {
    text: 'Give the receiver the body as it came: it found no envelope in it. See whether something on the way changes it.',
  },
  forbidden: {
    text: 'Let these requests through: a firewall, a gateway or a login refused them before the receiver.',
  },
  not_found: { text: 'Check the path of the URL: nothing is there.', link: 'subscription' },
  method: { text: 'Let the route accept POST.' },
  in_progress: {
    text: 'The receiver is still handling this event. If it stays so, see what its handler waits for.',
  },
  gone: {
    text: 'The endpoint says that it is gone for good. Correct the URL, then enable the subscription.',
    link: 'subscription',
  },
  too_large: { text: 'Let the receiver, and what stands before it, accept bodies of 256 KiB.' },
  media_type: { text: 'Let the receiver accept application/json.' },
  data: { text: 'Compare the fields that the receiver expects with the catalog of events.' },
  too_many: {
    text: 'Raise the limit of the receiver, or of what stands before it, for these requests. Its Retry-After is kept to.',
  },
  failed: { text: 'Look into the log of the receiver: it failed while it handled this event.' },
  unavailable: {
    text: 'The receiver, or something that it needs, is overloaded or down. Bring it back; nothing is lost until the last attempt.',
  },
  gateway: {
    text: 'A gateway before the receiver got no answer from it. See whether the receiver runs, and answers in time.',
  },
  status: {
    text: 'Answer with a status from 200 to 299 once the event is accepted; any other is a failure, and is retried.',
  },
  redirect: {
    text: 'Use the URL that it redirects to: redirects are never followed.',
    link: 'subscription',
  },
  dns: {
    text: 'Check the name of the host, and its DNS records: no address was found for it.',
    link: 'subscription',
  },
  connect: {
    text: 'Let the sender reach the endpoint: nothing accepted the connection. Check host, port and firewall.',
    link: 'subscription',
  },
  tls: {
    text: 'Renew or complete the certificate: it has to be valid for this host, and be sent with its intermediates.',
  },
  reset: {
    text: 'See why the server, or a gateway before it, closed the connection without a whole HTTP answer.',
  },
  timeout: {
    text: 'Answer first and work later: put the event into a queue of your own, and answer 200 before you handle it.',
    link: 'subscription',
  },
  address: {
    text: 'Use a public address: the host leads to one that nothing is sent to. If it has to be a private one, ask the operator of the sender to allow its network.',
    link: 'subscription',
  },
  then_redeliver: {
    text: 'Once that is mended, redeliver it, or recover everything that was not received since.',
    link: 'recover',
  },
  then_test: { text: 'Once that is mended, send another test.', link: 'subscription' },
} as const satisfies Readonly<Record<string, { readonly text: string; readonly link?: AdviceLink }>>

/** Where something is done about it. */
export type AdviceLink = 'subscription' | 'signature' | 'recover'
