import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import type { Benchmark } from '../benchmark.ts'
import { startBenchSender } from '../sender/bench-sender.ts'
import { publishOneThroughApi, publishTogether } from '../sender/publish.ts'
import { quantile } from '../statistics.ts'

/** So long at least, and at most twice as long, nothing happens between two events. */
const IDLE_MS = 10

/** How long a lone event takes: from the call that publishes it to the first byte of its request at the receiver. */
export const latencyBenchmark: Benchmark = {
  description:
    'time from the call that publishes a lone event to the first byte of its request at the receiver',
  async run({ rounds, isQuick, dataDirectory }) {
    const events = rounds ?? (isQuick ? 20 : 500)
    const sender = await startBenchSender(dataDirectory)
    const receiver = await startReceiver()
    try {
      const account = await sender.createAccount('latency', [receiver.url])
      const ways = {
        'published with the SQL function': () => publishTogether(sender, account, 1),
        'published through the API': () => publishOneThroughApi(sender, account),
      }
      const measurements: Record<string, readonly number[]> = {}
      for (const [name, publish] of Object.entries(ways)) {
        await measure(publish, receiver, 20)
        measurements[name] = await measure(publish, receiver, events)
      }
      const rows = Object.entries(measurements).map(([name, latencies]) => [
        name,
        ...[0.5, 0.9, 0.99, 1].map((share) => quantile(latencies, share).toFixed(1)),
        'p99 < 100',
      ])
      const title = `${events} events, one after the other, milliseconds`
      const tables = [{ title, columns: ['', 'p50', 'p90', 'p99', 'longest', 'bar'], rows }]
      return { facts: sender.database.facts, tables, measurements }
    } finally {
      await sender.close()
      receiver.close()
    }
  },
}

/** Latencies in milliseconds, one event after the other. */
async function measure(
  publish: () => Promise<void>,
  receiver: LatencyReceiver,
  count: number,
): Promise<readonly number[]> {
  const latencies: number[] = []
  for (let index = 0; index < count; index++) {
    const arrival = receiver.nextArrival()
    const publishedAt = performance.now()
    await publish()
    latencies.push((await arrival) - publishedAt)
    await delay(IDLE_MS * (1 + Math.random()))
  }
  return latencies
}

interface LatencyReceiver {
  readonly url: string
  /** When, by `performance.now()`, the next request arrives. */
  nextArrival(): Promise<number>
  close(): void
}

/** In this process, so that one clock measures; nothing else keeps the process busy meanwhile. */
async function startReceiver(): Promise<LatencyReceiver> {
  let arrived: ((at: number) => void) | undefined
  const server = createServer((request, response) => {
    arrived?.(performance.now())
    request.resume().on('end', () => response.end('{"status":"processed"}'))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a server that listens at a port has an address
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/webhooks`,
    nextArrival: () => new Promise((resolve) => (arrived = resolve)),
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}
