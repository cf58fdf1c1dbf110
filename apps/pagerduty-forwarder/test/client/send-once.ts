import { createEventsClient } from '../../src/client/create-events-client.ts'

/**
 * A process that sends one event to `PAGERDUTY_SERVER`, gives up after `DEADLINE_MS`, says how that ended and what the call
 * left behind, and then has nothing more to do.
 */
const { PAGERDUTY_SERVER: server = '', ROUTING_KEY: routingKey = '', DEADLINE_MS } = process.env
const deadline = new AbortController()
const timer = DEADLINE_MS === undefined ? undefined : setTimeout(() => deadline.abort(), Number(DEADLINE_MS))
const outcome = await createEventsClient({ server })
  .send({ routing_key: routingKey, event_action: 'resolve', dedup_key: 'cc6.1' }, deadline.signal)
  .then(
    ({ status }) => String(status),
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : error),
  )
clearTimeout(timer)
console.log(
  JSON.stringify({ outcome, timers: process.getActiveResourcesInfo().filter((name) => name === 'Timeout') }),
)
