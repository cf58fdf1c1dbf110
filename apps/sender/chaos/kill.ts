import { randomInt } from 'node:crypto'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { LEASE_MS } from '../src/dispatch/dispatcher.ts'
import { createAccount, subscribeReceiver } from './support/account.ts'
import { createApiClient } from './support/api-client.ts'
import { commonOptions, databaseChoice, readArguments, wholeNumber } from './support/arguments.ts'
import { crash, type Victim } from './support/crash.ts'
import { createDatabase, embeddedInSender } from './support/databases.ts'
import { openDeliveryLog } from './support/delivery-log.ts'
import { gatherEvidence } from './support/evidence.ts'
import { type KillRound, reportKills } from './support/kill-report.ts'
import { publishOverApi } from './support/publish-over-api.ts'
import { createRandom } from './support/random.ts'
import { reconcile } from './support/reconcile.ts'
import type { Report } from './support/report.ts'
import { playScene, type Scene } from './support/scene.ts'
import { type SenderProcess, startSender } from './support/sender-process.ts'

const usage = `Kills a sender in the middle of its deliveries, again and again, and checks that nothing accepted is lost.

In each round events are published through the API; at a random moment the sender is killed (kill -9) and started
again. With the embedded database the server stays behind and must be taken over; in every second round it is killed,
too, or alone. The next round does not wait for the one before. In the end the publisher's list, the receiver's ledger
and the Delivery Log must agree: every accepted event delivered, nothing else, and a delivery repeated only when a kill
cut its attempt off, after its lease, never two attempts at once.

Events are in doubt when the publisher got no answer and published them again. Repeats are those of what the round's
kill cut off, and the soonest of them came so long after its lease; other times are counted from the kill.

Usage: chaos:kill [options]

  --rounds <n>       kills (default: 10)
  --deliveries <n>   events published in each round (default: 2000)
  --database <where> embedded, or the URL of a PostgreSQL on which to create a database for the run (default: embedded)
  --seed <n>         repeats the random moments of an earlier run (default: a new one; it is printed)
  --json             print one JSON object with every repeat instead of the table
  -h, --help         show this

Exit codes: 0 every promise was kept, 1 one was broken or the run failed, 2 called wrongly.
`

const ATTEMPT_TIMEOUT_MS = 3000
/** Long enough for a kill to find many attempts in flight. */
const MAX_HANDLING_MS = 300
/** Beyond the lease of what the last kill cut off. */
const SETTLE_MS = 60_000

const settings = {
  SENDER_ATTEMPT_TIMEOUT_MS: String(ATTEMPT_TIMEOUT_MS),
  SENDER_RETRY_BASE_MS: '1000',
  SENDER_SHUTDOWN_GRACE_MS: '1000',
  SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
  SENDER_CONNECT_TO_ENDPOINTS: 'false',
}

const never = new Promise<never>(() => undefined)

const values = readArguments(usage, () =>
  parseArgs({
    options: { ...commonOptions, rounds: { type: 'string', default: '10' }, seed: { type: 'string' } },
  }),
)
const rounds = wholeNumber('rounds', values.rounds, 1)
const deliveries = wholeNumber('deliveries', values.deliveries ?? '2000', 10)
const seed = wholeNumber('seed', values.seed ?? String(randomInt(1e9)), 0)
const choice = databaseChoice(values.database)

process.exit(await playScene('chaos-kill', values.json, play))

async function play(scene: Scene): Promise<Report> {
  const random = createRandom(seed)
  const database = choice === 'embedded' ? embeddedInSender(scene) : await createDatabase(scene, choice)
  const env = { ...settings, ...database.env }
  const api = createApiClient()
  scene.defer(() => api.close())
  let lives = 0
  let sender = start()
  scene.defer(async () => (await sender).stop())
  await sender
  scene.progress(`started a sender on ${database.name}; seed ${seed}`)
  const account = await createAccount(env)
  const audience = await subscribeReceiver(scene, {
    api,
    account,
    sender: await sender,
    maxHandlingMs: MAX_HANDLING_MS,
  })

  const done: KillRound[] = []
  for (let round = 1; round <= rounds; round += 1) done.push(await playRound(round))
  const last = await sender
  const log = openDeliveryLog(api, last.url, account.adminKey)
  scene.progress(`waiting for what the kills cut off; a lease is ${LEASE_MS} ms`)
  const evidence = await gatherEvidence({
    log,
    audience,
    accepted: new Map(done.flatMap(({ published }) => [...published.accepted])),
    crashes: done.map((round) => round.crash),
    leaseMs: LEASE_MS,
    settleMs: LEASE_MS + SETTLE_MS,
  })
  const { code: exitCode } = await last.stop()
  return reportKills({ database: database.name, seed, rounds: done, evidence, exitCode }, reconcile(evidence))

  async function playRound(round: number): Promise<KillRound> {
    const victim = chooseVictim(round)
    // Not before every publisher is at work, and not when all is done.
    const after = Math.round(deliveries * (0.1 + 0.8 * random()))
    const jitterMs = 30 * random()
    const publishing = publishOverApi({
      api,
      key: account.publisherKey,
      origin: async () => (await sender).url,
      events: deliveries,
    })
    const victimProcess = await sender
    await Promise.race([
      audience.receiver.reached(after),
      publishing.then(() => never),
      victimProcess.ended.then(({ code }) => {
        throw new Error(`The sender ended by itself with ${code} before it was killed`)
      }),
    ])
    await delay(jitterMs)
    const pidBefore = await database.serverPid?.()
    const happened = await crash(round, victim, victimProcess, database)
    sender = start()
    const { readyAt } = await sender
    const tookOver = (await database.serverPid?.()) === pidBefore
    scene.progress(
      `round ${round} of ${rounds}: killed the ${victim} after ${after} requests; ready again after ${readyAt - happened.killedAt} ms`,
    )
    return { crash: happened, readyAt, tookOver, published: await publishing }
  }

  function chooseVictim(round: number): Victim {
    if (database.serverPid === undefined || round % 2 === 1) return 'sender'
    return round % 4 === 2 ? 'sender and database' : 'database'
  }

  function start(): Promise<SenderProcess> {
    lives += 1
    return startSender({ env, logPath: join(scene.directory, `sender-${lives}.log`) })
  }
}
