import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createAccount, subscribeReceiver } from './support/account.ts'
import { createApiClient } from './support/api-client.ts'
import { commonOptions, databaseChoice, readArguments, wholeNumber } from './support/arguments.ts'
import { createDatabase, embeddedForAll } from './support/databases.ts'
import { openDeliveryLog } from './support/delivery-log.ts'
import { gatherEvidence } from './support/evidence.ts'
import { publishInTransactions } from './support/publish-in-transactions.ts'
import { reconcile } from './support/reconcile.ts'
import type { Report } from './support/report.ts'
import { playScene, type Scene } from './support/scene.ts'
import { startSender } from './support/sender-process.ts'
import { reportShares } from './support/share-report.ts'

const usage = `Has several senders share one PostgreSQL, and checks that no delivery is attempted by two of them.

Events are published with webhooks.publish, 500 in each transaction, so that every commit wakes all senders for the
same deliveries. In the end the publisher's list, the receiver's ledger and the Delivery Log must agree: every event
delivered, in exactly one request.

Usage: chaos:share [options]

  --senders <n>      senders (default: 2)
  --deliveries <n>   events to publish, each with one delivery (default: 20000)
  --database <where> embedded, or the URL of a PostgreSQL on which to create a database for the run (default: embedded)
  --json             print one JSON object instead of the table
  -h, --help         show this

Exit codes: 0 every promise was kept, 1 one was broken or the run failed, 2 called wrongly.
`

/** Time for everything that was published to be delivered. */
const SETTLE_MS = 300_000
const MAX_HANDLING_MS = 10

const settings = {
  SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
  SENDER_CONNECT_TO_ENDPOINTS: 'false',
  // Each attempt is a line of the log, by which each sender's share is counted.
  SENDER_LOG_LEVEL: 'debug',
}

const values = readArguments(usage, () =>
  parseArgs({ options: { ...commonOptions, senders: { type: 'string', default: '2' } } }),
)
const senderCount = wholeNumber('senders', values.senders, 1)
const deliveries = wholeNumber('deliveries', values.deliveries ?? '20000', 1)
const choice = databaseChoice(values.database)

process.exit(await playScene('chaos-share', values.json, play))

async function play(scene: Scene): Promise<Report> {
  const database = choice === 'embedded' ? await embeddedForAll(scene) : await createDatabase(scene, choice)
  const env = { ...settings, ...database.env }
  const api = createApiClient()
  scene.defer(() => api.close())
  const senders = await Promise.all(
    Array.from({ length: senderCount }, async (_, index) => {
      const sender = await startSender({ env, logPath: join(scene.directory, `sender-${index + 1}.log`) })
      scene.defer(() => sender.stop())
      return sender
    }),
  )
  const [sender] = senders
  if (sender === undefined) throw new Error('There is no sender')
  scene.progress(`started ${senderCount} senders on ${database.name}`)
  const account = await createAccount(env)
  const audience = await subscribeReceiver(scene, { api, account, sender, maxHandlingMs: MAX_HANDLING_MS })

  const startedAt = Date.now()
  const accepted = await publishInTransactions(database.connectionString, account.id, deliveries)
  scene.progress(`published ${accepted.size} events in ${Date.now() - startedAt} ms`)
  const evidence = await gatherEvidence({
    log: openDeliveryLog(api, sender.url, account.adminKey),
    audience,
    accepted,
    crashes: [],
    leaseMs: 0,
    settleMs: SETTLE_MS,
  })
  const ends = await Promise.all(senders.map((each) => each.stop()))
  const shares = senders.map((each, index) => ({
    attempts: each.logged.get('attempted') ?? 0,
    exitCode: ends[index]?.code ?? null,
  }))
  return reportShares({ database: database.name, shares, evidence }, reconcile(evidence))
}
