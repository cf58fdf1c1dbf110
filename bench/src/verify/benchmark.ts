import type { Benchmark } from '../benchmark.ts'
import { formatRatio, measureInTurns, ratioOf, type Round, spreadOf } from '../rounds.ts'
import { formatCount, type Table } from '../table.ts'
import { makeBody } from './make-body.ts'
import { bare, type Verifier, verifiers } from './verifiers.ts'

const sizes = [234, 2048, 20_480]
const bars: Readonly<Record<string, string>> = { complywise: '≥ 0.90, ahead of the libraries' }

/** Verification of one body, over and over, beside hand-written code and other libraries. */
export const verifyBenchmark: Benchmark = {
  description: 'one verification, relative to createHmac and timingSafeEqual written by hand',
  async run({ rounds: requested, isQuick }) {
    const rounds = requested ?? (isQuick ? 1 : 61)
    const tables: Table[] = []
    const measurements: Record<string, unknown> = {}
    for (const size of sizes) {
      const measured = await measureSize(size, rounds, isQuick ? 2 : 30)
      tables.push(toTable(`Body of ${formatCount(size)} bytes`, measured))
      measurements[`${size} bytes, verifications per second`] = measured.map((round) =>
        Object.fromEntries(round),
      )
    }
    return { facts: [`${rounds} rounds`], tables, measurements }
  },
}

/** Verifications per second of each verifier in each round; a turn takes about `turnMs`. */
async function measureSize(size: number, rounds: number, turnMs: number): Promise<readonly Round<number>[]> {
  const contenders = []
  for (const verifier of verifiers) {
    const body = makeBody(size)
    await assertWorks(verifier, body)
    const check = await verifier.prepare(body, body)
    const turn = Math.ceil((await measureRate(check, 500)) * (turnMs / 1000))
    contenders.push({ name: verifier.name, measure: () => measureRate(check, turn) })
  }
  return measureInTurns(contenders, rounds)
}

/** Verifications per second of processor time, garbage collection included; others' work on the machine is not. */
async function measureRate(check: () => unknown, count: number): Promise<number> {
  const before = process.cpuUsage()
  for (let index = 0; index < count; index++) {
    const result = check()
    // Those that are synchronous are called as such.
    if (result instanceof Promise) await result
  }
  const { user, system } = process.cpuUsage(before)
  return (count / (user + system)) * 1e6
}

/** What accepts anything is fast, so each verifier first has to tell a modified body from an intact one. */
async function assertWorks(verifier: Verifier, body: Buffer): Promise<void> {
  const modified = Buffer.from(body)
  modified[modified.length - 3]! ^= 1
  const isRight = (await accepts(verifier, body, body)) && !(await accepts(verifier, body, modified))
  if (!isRight) throw new Error(`${verifier.name} does not verify as it is called here.`)
}

async function accepts(verifier: Verifier, signed: Buffer, received: Buffer): Promise<boolean> {
  const check = await verifier.prepare(signed, received)
  try {
    const result = await check()
    if (typeof result === 'object' && result !== null && 'verified' in result) return result.verified === true
    // Those that throw to refuse return nothing.
    return result !== false
  } catch {
    return false
  }
}

function toTable(title: string, rounds: readonly Round<number>[]): Table {
  const rows = verifiers.map(({ name }) => {
    const rate = spreadOf(rounds, name, Number).median
    return [
      name,
      formatCount(rate),
      (1e6 / rate).toFixed(2),
      formatRatio(ratioOf(rounds, name, bare.name, Number)),
      bars[name] ?? '',
    ]
  })
  return { title, columns: ['', 'per CPU second', 'CPU µs', '× bare (quartiles)', 'bar'], rows }
}
