import { countOf } from './counts.ts'

/** Texts about sending a test event. */
export const subscriptionTest = {
  test: {
    title: 'Send a test event',
    description:
      'Signed and sent at once, whatever state the subscription is in. It is attempted once, never counts against the endpoint, and is in the Delivery Log.',
    event: 'Event to send',
    testType: 'webhook.test, which receivers ignore',
    testDetail:
      'Receivers made with the SDK verify the signature and ignore this type: nothing happens there.',
    typeDetail: 'The receiver gets this example as if it had happened, so it may act on it.',
    example: 'the event that is sent',
    exampleSummary: 'The event that is sent',
    exampleNote: 'event_id and timestamp are new each time.',
    send: 'Send',
    again: 'Send again',
    sending: 'Waiting for the answer of the endpoint…',
    wait: (seconds: number) =>
      `Tested too often. The next test is possible in ${countOf(seconds, 'second')}.`,
    waitOver: 'The next test is possible now.',
    result: 'What came of it',
    succeeded: 'The endpoint accepted it',
    failed: 'The endpoint did not accept it',
    outcome: 'Outcome',
    httpStatus: 'HTTP status',
    noStatus: 'No answer',
    duration: 'Duration',
    address: 'Address',
    noAddress: 'Not connected',
    sent: 'Sent',
    advice: 'What to do',
    detail: 'What went wrong',
    phases: 'Where the time went',
    phaseNames: {
      dns_ms: 'Name lookup',
      connect_ms: 'Connecting',
      tls_ms: 'TLS handshake',
      first_byte_ms: 'Waiting for the answer',
      body_ms: 'Reading the answer',
    },
    notNeeded: 'not needed or not reached',
    responseBody: 'The answer’s body',
    responseBodyOf: 'the body of the answer',
    emptyBody: 'The answer had no body.',
    noBody: 'There was no answer.',
    delivery: 'See the delivery',
  },
} as const
