/** The version of the wire contract, which is not that of any package: it grows with what the sender newly sends. */
export const wireVersion = '1.0.0'

/** What the documents say about themselves. */
export const about = `The requests that ComplyWise sends to a subscription's endpoint, one webhook for each type of event.

The schemas describe what is published. Subscribers ignore fields and types of events that they do not know, and rely on
no field of \`data\` but those of \`scan.completed\` and \`compliance.control_failed\`.`

/** How requests are authenticated. */
export const signatureScheme = `HMAC-SHA256 of the exact bytes of the body, keyed with the subscription's secret, as \`sha256=\` and 64 lowercase
hexadecimal digits. Verify it before parsing and compare in constant time. Where the \`webhook-signature\` of Standard
Webhooks is there, verify it too: it covers the time of the attempt. An event is handled once, by its \`event_id\`.`
