import { parseArgs } from 'node:util'
import { createApiClient } from '../test/browser/support/stage/api-client.ts'
import { startDatabaseServer } from '../test/browser/support/stage/database.ts'
import { exampleOf, publish } from '../test/browser/support/stage/events.ts'
import { startStage } from '../test/browser/support/stage/start-stage.ts'

/** A sender with a story, for looking at its page. */
const usage = `Usage: node --conditions=@complywise/source scripts/stage.ts [options]

Starts a sender on a temporary database, with subscriptions in every state and deliveries with every outcome, prints where
it is and its API keys as JSON, and runs until it is asked to stop.

  --port <n>         of the sender (8080; 0 for any free one)
  --deliveries <n>   deliveries of the past, written straight into the log (600)
  --days <n>         over so many days (2)
  --retry-base <ms>  wait after the first failure (1000); 600000 for states that stay for long
  --live             publish an event every few seconds
`

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8080' },
    deliveries: { type: 'string', default: '600' },
    days: { type: 'string', default: '2' },
    'retry-base': { type: 'string', default: '1000' },
    live: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const LIVE_EVERY_MS = 4000
const LIVE_EVENTS = ['scan.completed', 'compliance.score_changed', 'evidence.uploaded'] as const

if (options.help) process.stdout.write(usage)
else await main()

async function main(): Promise<void> {
  const asked = new Promise((resolve) => {
    // The last: where another program has started it, that one is gone.
    for (const event of ['SIGTERM', 'SIGINT', 'disconnect']) process.once(event, resolve)
    process.channel?.unref()
  })
  const server = await startDatabaseServer()
  try {
    const stage = await startStage({
      serverUrl: server.url,
      port: Number(options.port),
      deliveries: Number(options.deliveries),
      days: Number(options.days),
      retryBaseMs: Number(options['retry-base']),
    })
    const { keys, ...facts } = stage.facts
    const { admin: adminKey, member: memberKey, publisher: publisherKey } = keys
    const named = { ...facts, adminKey, memberKey, publisherKey, keys }
    process.stdout.write(`${JSON.stringify(named, null, 2)}\n`)
    const ticker = options.live ? publishNowAndThen(facts.url, publisherKey) : undefined
    await asked
    clearInterval(ticker)
    await stage.close()
  } finally {
    await server.close()
  }
}

function publishNowAndThen(url: string, key: string): ReturnType<typeof setInterval> {
  const publisher = createApiClient(url, key)
  let number = 0
  return setInterval(() => {
    number += 1
    const event = exampleOf(LIVE_EVENTS.at(number % LIVE_EVENTS.length) ?? LIVE_EVENTS[0], number)
    publish(publisher, event).catch((error: unknown) => console.error(error))
  }, LIVE_EVERY_MS)
}
