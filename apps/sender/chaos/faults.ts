import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { createAccount, subscribeReceiver } from './support/account.ts'
import { createApiClient } from './support/api-client.ts'
import { commonOptions, readArguments, wholeNumber } from './support/arguments.ts'
import type { Crash } from './support/crash.ts'
import { openDeliveryLog } from './support/delivery-log.ts'
import { gatherEvidence } from './support/evidence.ts'
import { type Fault, reportFaults } from './support/fault-report.ts'
import { openGate } from './support/gate.ts'
import { checkHostility, plagueWithHostility } from './support/hostility.ts'
import { startKillableDatabase } from './support/killable-database.ts'
import { publishOverApi } from './support/publish-over-api.ts'
import { createRandom } from './support/random.ts'
import { reconcile } from './support/reconcile.ts'
import type { Report } from './support/report.ts'
import { playScene, type Scene } from './support/scene.ts'
import { startFleet } from './support/sender-fleet.ts'

const usage = `Does everything to three senders that may happen to them, and checks that nothing accepted is lost.

Events are published without a pause while, in random order, a sender is killed (kill -9) and started again, PostgreSQL
is killed and started again, and the network between the senders and the receiver is cut, by broken connections or in
silence. Meanwhile other endpoints reset connections, hang, drip, pour, and speak something else than HTTP. In the end
the publisher's list, the receiver's ledger and the Delivery Log must agree, every attempt at a hostile endpoint must
have ended as it should, and no sender's memory may have grown.

Usage: chaos:faults [options]

  --senders <n>         senders (default: 3)
  --kills <n>           kills of a sender (default: 10)
  --database-kills <n>  kills of PostgreSQL (default: 3)
  --cuts <n>            cuts of the network (default: 4)
  --deliveries <n>      events published around each fault (default: 200)
  --hostile-events <n>  events published to every hostile endpoint (default: 10)
  --seed <n>            repeats the random choices of an earlier run (default: a new one; it is printed)
  --json                print one JSON object with every repeat instead of the table
  -h, --help            show this

Exit codes: 0 every promise was kept, 1 one was broken or the run failed, 2 called wrongly.
`

const ATTEMPT_TIMEOUT_MS = 3000
const LEASE_MS = 30_000
const MAX_HANDLING_MS = 100
const SETTLE_MS = 300_000

const settings = {
  SENDER_ATTEMPT_TIMEOUT_MS: String(ATTEMPT_TIMEOUT_MS),
  // An attempt that a cut broke is still handled by the receiver for a while.
  SENDER_RETRY_BASE_MS: '1000',
  SENDER_RETRY_FACTOR: '2',
  SENDER_RETRY_CAP_MS: '5000',
  SENDER_RETRY_MAX_ATTEMPTS: '100',
  SENDER_SHUTDOWN_GRACE_MS: '1000',
  SENDER_ALLOWED_NETWORKS: '127.0.0.0/8',
  SENDER_CONNECT_TO_ENDPOINTS: 'false',
  SENDER_RATE_LIMIT_PER_MINUTE: '0',
}

const values = readArguments(usage, () =>
  parseArgs({
    options: {
      deliveries: commonOptions.deliveries,
      json: commonOptions.json,
      help: commonOptions.help,
      senders: { type: 'string', default: '3' },
      kills: { type: 'string', default: '10' },
      'database-kills': { type: 'string', default: '3' },
      cuts: { type: 'string', default: '4' },
      'hostile-events': { type: 'string', default: '10' },
      seed: { type: 'string' },
    },
  }),
)
const senderCount = wholeNumber('senders', values.senders, 1)
const counts = {
  'sender killed': wholeNumber('kills', values.kills, 0),
  'database killed': wholeNumber('database-kills', values['database-kills'], 0),
  'network cut': wholeNumber('cuts', values.cuts, 0),
} as const
const deliveries = wholeNumber('deliveries', values.deliveries ?? '200', 10)
const hostileEvents = wholeNumber('hostile-events', values['hostile-events'], 0)
const seed = wholeNumber('seed', values.seed ?? String(randomInt(1e9)), 0)

process.exit(await playScene('chaos-faults', values.json, play))

async function play(scene: Scene): Promise<Report> {
  const random = createRandom(seed)
  const database = await startKillableDatabase(scene)
  const env = { ...settings, ...database.env }
  const api = createApiClient()
  scene.defer(() => api.close())
  const fleet = await startFleet(scene, { env, count: senderCount })
  scene.progress(`started ${senderCount} senders on one PostgreSQL; seed ${seed}`)
  const account = await createAccount(env)
  const network = await openGate()
  scene.defer(() => network.close())
  const sender = fleet.any()
  const audience = await subscribeReceiver(scene, {
    api,
    account,
    sender,
    maxHandlingMs: MAX_HANDLING_MS,
    originOf(port) {
      network.lead(port)
      return `http://127.0.0.1:${network.port}`
    },
  })
  const hostility = await plagueWithHostility(scene, { api, env, sender, events: hostileEvents })

  const faults: Fault[] = []
  const crashes: Crash[] = []
  const accepted = new Map<string, Awaited<ReturnType<typeof publishOverApi>>['accepted']>()
  const kinds = Object.entries(counts).flatMap(([kind, count]) => Array<string>(count).fill(kind))
  const order = shuffle(kinds, random)
  for (const [index, kind] of order.entries()) {
    const round = index + 1
    const publishing = publishOverApi({
      api,
      key: account.publisherKey,
      origin: async () => fleet.any().url,
      events: deliveries,
    })
    await Promise.race([
      audience.receiver.reached(Math.ceil(deliveries * (0.1 + 0.7 * random()))),
      publishing,
    ])
    const began = Date.now()
    await inflict(kind, round)
    const published = await publishing
    accepted.set(String(round), published.accepted)
    faults.push({ kind, tookMs: Date.now() - began, published })
    if (round % 10 === 0 || round === order.length) scene.progress(`${round} of ${order.length} faults`)
  }

  scene.progress('waiting for what the faults cut off')
  const evidence = await gatherEvidence({
    log: openDeliveryLog(api, fleet.any().url, account.adminKey),
    audience,
    accepted: new Map([...accepted.values()].flatMap((events) => [...events])),
    crashes,
    leaseMs: LEASE_MS,
    settleMs: SETTLE_MS,
  })
  const hostile = await checkHostility(api, fleet.any(), hostility)
  const memory = fleet.memory()
  const exitCodes = await fleet.stop()
  return reportFaults({ seed, faults, evidence, hostile, memory, exitCodes }, reconcile(evidence))

  async function inflict(kind: string, round: number): Promise<void> {
    if (kind === 'sender killed') {
      crashes.push({ round, victim: 'sender', ...(await fleet.killOne(random)) })
    } else if (kind === 'database killed') {
      const killedAt = Date.now()
      await database.killAndRestart()
      // What any sender had claimed by then may have to be claimed again.
      crashes.push({ round, victim: 'database', killedAt, startedAt: 0, endedAt: Date.now() })
    } else {
      network.cut(random() < 0.5)
      await new Promise((resolve) => setTimeout(resolve, 200 + 4000 * random()))
      network.mend()
    }
  }
}

function shuffle(items: readonly string[], random: () => number): readonly string[] {
  return items
    .map((item) => ({ item, place: random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}
