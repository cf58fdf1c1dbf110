import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Benchmark, RunOptions } from './src/benchmark.ts'
import { describeEnvironment } from './src/environment.ts'
import { installPeers } from './src/install-peers.ts'
import { formatTable } from './src/table.ts'

// Loaded only when asked for, because what they import is not there before the peers are installed.
const benchmarks: Readonly<Record<string, () => Promise<Benchmark>>> = {
  verify: async () => (await import('./src/verify/benchmark.ts')).verifyBenchmark,
  receive: async () => (await import('./src/receive/benchmark.ts')).receiveBenchmark,
  bundle: async () => (await import('./src/bundle/benchmark.ts')).bundleBenchmark,
  sender: async () => (await import('./src/sender/benchmark.ts')).senderBenchmark,
  latency: async () => (await import('./src/latency/benchmark.ts')).latencyBenchmark,
  isolation: async () => (await import('./src/isolation/benchmark.ts')).isolationBenchmark,
}

const help = `Usage: pnpm bench [benchmark…] [options]

Measures beside peers and prints ratios; bench/README.md says how to read them.

Benchmarks (all, if none is named):
  verify    verification of one body beside node:crypto, octokit, stripe, standardwebhooks and svix
  receive   a whole receive through each adapter beside the same framework with an HMAC by hand, and octokit
  bundle    what each part and other libraries weigh in a bundle
  sender    deliveries per second beside a loop that signs and posts and stores nothing
  latency   time from publishing an event to its first byte at the receiver
  isolation latency of healthy endpoints alone, and beside a dead one with a million deliveries and slow ones

Options:
  --rounds N           rounds of each benchmark, without the one that warms up
  --quick              little work and few rounds: shows that it runs, measures nothing
  --data-directory D   where the embedded PostgreSQL keeps its data; default: the system's temporary directory
  --senders N          sender processes that share the work in "sender"; default 1
  --json               print the measurements as JSON instead of tables
  --out                also write the measurements to bench/results/<benchmark>.json
  --install            only install the peers
  --help

Environment:
  DATABASE_URL         a PostgreSQL to use instead of the embedded one; its user must be able to create databases`

try {
  await main()
} catch (error) {
  console.error(error)
  // Not every child process of a benchmark that failed is gone.
  process.exit(1)
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      rounds: { type: 'string' },
      quick: { type: 'boolean', default: false },
      'data-directory': { type: 'string' },
      senders: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      out: { type: 'boolean', default: false },
      install: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(help)
    return
  }
  const names = positionals.length === 0 ? Object.keys(benchmarks) : positionals
  const unknown = names.find((name) => !Object.hasOwn(benchmarks, name))
  if (unknown !== undefined) throw new Error(`There is no benchmark ${unknown}; see --help.`)
  const rounds = values.rounds === undefined ? undefined : readCount('rounds', values.rounds)

  await installPeers()
  if (values.install) return
  const options = {
    rounds,
    isQuick: values.quick,
    dataDirectory: values['data-directory'],
    senders: readCount('senders', values.senders),
  }
  const results: unknown[] = []
  for (const name of names) {
    const result = await measure(name, options, !values.json)
    results.push(result)
    if (values.out) await write(name, result)
  }
  if (values.json) console.log(JSON.stringify(results, undefined, 2))
}

function readCount(option: string, text: string): number {
  const count = Number(text)
  if (!Number.isInteger(count) || count < 1) throw new Error(`--${option} must be a positive integer.`)
  return count
}

async function measure(name: string, options: RunOptions, isPrinted: boolean): Promise<unknown> {
  const benchmark = await benchmarks[name]!()
  const environment = describeEnvironment()
  if (isPrinted)
    console.log(`\n# ${name}: ${benchmark.description}\n# ${Object.values(environment).join(', ')}`)
  const { tables, measurements, facts } = await benchmark.run(options)
  if (isPrinted) {
    for (const fact of facts) console.log(`# ${fact}`)
    for (const table of tables) console.log(`\n${formatTable(table)}`)
  }
  return { name, at: new Date().toISOString(), environment, facts, measurements }
}

async function write(name: string, result: unknown): Promise<void> {
  const directory = join(import.meta.dirname, 'results')
  await mkdir(directory, { recursive: true })
  await writeFile(join(directory, `${name}.json`), `${JSON.stringify(result, undefined, 2)}\n`)
}
