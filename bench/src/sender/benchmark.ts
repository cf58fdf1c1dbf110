import { fileURLToPath } from 'node:url'
import type { Benchmark } from '../benchmark.ts'
import { type Contender, formatRatio, measureInTurns, ratioOf, type Round, spreadOf } from '../rounds.ts'
import { formatCount, type Table } from '../table.ts'
import { makeBody } from '../verify/make-body.ts'
import { type Actor, startActor } from './actor.ts'
import type { BareRun } from './bare-loop.ts'
import { type BenchSender, startBenchSender } from './bench-sender.ts'
import { type MinimalSender, type MinimalSenders, startMinimalSenders } from './minimal-sender.ts'
import { processorTimeOf } from './processor-time.ts'
import { publishInBatches, publishThroughApi, publishTogether } from './publish.ts'
import type { ReceiverRequest, ReceiverResponse } from './receiver.ts'

/** The defaults of the sender. */
const MAX_IN_FLIGHT = 512
const MAX_IN_FLIGHT_PER_SUBSCRIPTION = 64
/** Deliveries of one transaction of a publisher. */
const BATCH = 100
const bareLoop = 'bare loop over request()'
const bars: Readonly<Record<string, string>> = {
  'sender, published before': '≥ 0.50',
  'sender, published meanwhile': '≥ 0.50',
}

/** What one turn measured. */
interface Turn {
  readonly perSecond: number
  /** Processor time for each delivery, in microseconds; NaN where it cannot be told. */
  readonly microseconds: {
    readonly poster: number
    readonly receiver: number
    readonly postgres: number
  }
}

interface Parts {
  readonly sender: BenchSender
  readonly bare: Actor<BareRun, object>
  readonly minimal: MinimalSenders
  readonly receiver: Actor<ReceiverRequest, ReceiverResponse>
}

/** The whole sender, from publishing to the stored outcome, beside a loop that only signs and posts. */
export const senderBenchmark: Benchmark = {
  description: 'published, signed, delivered and recorded durably, relative to only signed and posted',
  async run({ rounds: requested, isQuick, dataDirectory, senders }) {
    const rounds = requested ?? (isQuick ? 1 : 7)
    const deliveries = isQuick ? 1000 : 10_000
    const sender = await startBenchSender(dataDirectory, senders)
    const bare = await startActor<BareRun, object>(fileURLToPath(import.meta.resolve('./bare-loop.ts')))
    const receiver = await startActor<ReceiverRequest, ReceiverResponse>(
      fileURLToPath(import.meta.resolve('./receiver.ts')),
    )
    const minimal = await startMinimalSenders(sender.database.connectionString, dataDirectory)
    try {
      const tables: Table[] = []
      const measurements: Record<string, unknown> = {}
      for (const endpoints of [1, 50]) {
        const measured = await measureEndpoints(
          { sender, bare, minimal, receiver },
          endpoints,
          deliveries,
          rounds,
        )
        const title = `${endpoints} endpoint${endpoints === 1 ? '' : 's'}`
        tables.push(toTable(title, measured))
        measurements[title] = measured.map((round) => Object.fromEntries(round))
      }
      await assertDeliveredOnce(sender)
      const facts = [
        ...sender.database.facts,
        ...minimal.facts,
        sender.count === 1 ? 'one sender' : `${sender.count} senders`,
        `${rounds} rounds of ${formatCount(deliveries)} deliveries`,
      ]
      return { facts, tables, measurements }
    } finally {
      await minimal.close()
      await sender.close()
      await bare.stop()
      await receiver.stop()
    }
  },
}

async function measureEndpoints(
  parts: Parts,
  endpoints: number,
  deliveries: number,
  rounds: number,
): Promise<readonly Round<Turn>[]> {
  const { sender, bare, minimal, receiver } = parts
  const { urls } = await receiver.ask({ listen: endpoints })
  const account = await sender.createAccount(`${endpoints} endpoints`, urls)
  const concurrency = Math.min(MAX_IN_FLIGHT, MAX_IN_FLIGHT_PER_SUBSCRIPTION * endpoints)

  function bareContender(name: string, through: BareRun['through']): Contender<Turn> {
    const post = () => bare.ask({ urls, count: deliveries, concurrency, through })
    return { name, measure: () => measureTurn(parts, () => processorTimeOf(bare.pid), deliveries, post) }
  }
  function senderContender(name: string, count: number, { before, meanwhile }: Publish): Contender<Turn> {
    async function deliver(): Promise<void> {
      await meanwhile?.()
      await receiver.ask({ await: count })
      await allSettled(sender)
    }
    return {
      name,
      async measure() {
        await receiver.ask({ reset: true })
        await before?.()
        return measureTurn(parts, () => sender.processorTime(), count, deliver)
      },
    }
  }

  function minimalContender({ name, actor }: MinimalSender): Contender<Turn> {
    async function deliver(): Promise<void> {
      await actor.ask({ deliver: deliveries, concurrency })
      await receiver.ask({ await: deliveries })
    }
    return {
      name: `${name}, stored before`,
      async measure() {
        await receiver.ask({ reset: true })
        await actor.ask({ store: deliveries, urls, body: makeBody(234).toString() })
        return measureTurn(parts, () => processorTimeOf(actor.pid), deliveries, deliver)
      },
    }
  }

  const throughApi = deliveries / 5
  const contenders = [
    bareContender(bareLoop, 'request'),
    bareContender('bare loop over dispatch()', 'dispatch'),
    ...minimal.senders.map(minimalContender),
    senderContender('sender, published before', deliveries, {
      before: () => publishTogether(sender, account, deliveries / endpoints),
    }),
    senderContender('sender, published meanwhile', deliveries, {
      meanwhile: () => publishInBatches(sender, account, deliveries / endpoints, BATCH / endpoints),
    }),
    senderContender('sender, published through its API', throughApi, {
      meanwhile: () => publishThroughApi(sender, account, throughApi / endpoints),
    }),
  ]
  return measureInTurns(contenders, rounds)
}

/** What is done before the clock starts, and while it runs. */
interface Publish {
  readonly before?: () => Promise<void>
  readonly meanwhile?: () => Promise<void>
}

async function measureTurn(
  { sender, receiver }: Parts,
  posterTime: () => number,
  deliveries: number,
  deliver: () => Promise<unknown>,
): Promise<Turn> {
  const processorTimes = () => ({
    poster: posterTime(),
    receiver: processorTimeOf(receiver.pid),
    postgres: sender.database.processorTime(),
  })
  const before = processorTimes()
  const beganAt = performance.now()
  await deliver()
  const seconds = (performance.now() - beganAt) / 1000
  const after = processorTimes()
  const perDelivery = (part: keyof typeof before) => ((after[part] - before[part]) * 1000) / deliveries
  return {
    perSecond: deliveries / seconds,
    microseconds: {
      poster: perDelivery('poster'),
      receiver: perDelivery('receiver'),
      postgres: perDelivery('postgres'),
    },
  }
}

/** Waits until every outcome is stored, which is soon after the receiver has got everything. */
async function allSettled({ database }: BenchSender): Promise<void> {
  for (;;) {
    const { rows } = await database.pool.query(
      `select from webhooks.delivery where status = 'pending' limit 1`,
    )
    if (rows.length === 0) return
  }
}

/** Speed is worth nothing if an attempt was made twice or failed. */
async function assertDeliveredOnce({ database }: BenchSender): Promise<void> {
  const { rows } = await database.pool.query(
    `select status, attempt_count, count(*) from webhooks.delivery group by 1, 2`,
  )
  const isRight = rows.length === 1 && rows[0].status === 'succeeded' && rows[0].attempt_count === 1
  if (!isRight) throw new Error(`Not all succeeded at the first attempt: ${JSON.stringify(rows)}`)
}

function toTable(title: string, rounds: readonly Round<Turn>[]): Table {
  const names = [...(rounds[0]?.keys() ?? [])].toSorted()
  const rows = names.map((name) => {
    const microseconds = (part: keyof Turn['microseconds']) =>
      formatMicroseconds(spreadOf(rounds, name, (turn) => turn.microseconds[part]).median)
    return [
      name,
      formatCount(spreadOf(rounds, name, (turn) => turn.perSecond).median),
      formatRatio(ratioOf(rounds, name, bareLoop, (turn) => turn.perSecond)),
      bars[name] ?? '',
      microseconds('poster'),
      microseconds('receiver'),
      microseconds('postgres'),
    ]
  })
  const columns = [
    '',
    'deliveries/s',
    '× bare (quartiles)',
    'bar',
    'CPU µs each: poster',
    'receiver',
    'PostgreSQL',
  ]
  return { title, columns, rows }
}

function formatMicroseconds(value: number): string {
  return Number.isNaN(value) ? '?' : value.toFixed(0)
}
