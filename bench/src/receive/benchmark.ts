import type { Benchmark } from '../benchmark.ts'
import { formatRatio, ratioOf, type Round, spreadOf } from '../rounds.ts'
import { formatCount, type Table } from '../table.ts'
import { contenders } from './contenders.ts'
import { bareCall, measureCalls } from './measure-calls.ts'
import { measureServers, type Turn } from './measure-servers.ts'

/** A whole receive, through each adapter and by itself, beside verification that is written by hand. */
export const receiveBenchmark: Benchmark = {
  description: 'a whole receive, relative to the same framework verifying by hand and doing nothing else',
  async run({ rounds: requested, isQuick }) {
    const rounds = requested ?? (isQuick ? 1 : 11)
    const requests = isQuick ? 500 : 10_000
    const servers = await measureServers(rounds, requests)
    const calls = await measureCalls(isQuick ? 1 : 31, isQuick ? 100 : 2000)
    return {
      facts: [`${rounds} rounds of ${formatCount(requests)} requests to each server`],
      tables: [toServerTable(servers), toCallTable(calls)],
      measurements: {
        servers: servers.map((round) => Object.fromEntries(round)),
        calls: calls.map((round) => Object.fromEntries(round)),
      },
    }
  },
}

function toServerTable(rounds: readonly Round<Turn>[]): Table {
  const rows = contenders.map(({ name, base, kind }) => {
    // Less processor time is better, so it is the other way around.
    const cpuRatio = ratioOf(rounds, name, base, (turn) => 1 / turn.cpuMicroseconds)
    return [
      name,
      formatCount(spreadOf(rounds, name, (turn) => turn.perSecond).median),
      formatRatio(ratioOf(rounds, name, base, (turn) => turn.perSecond)),
      spreadOf(rounds, name, (turn) => turn.cpuMicroseconds).median.toFixed(1),
      formatRatio(cpuRatio),
      kind === 'complywise' ? '≥ 0.85' : '',
    ]
  })
  const columns = ['', 'requests/s', '× bare (quartiles)', 'CPU µs each', '× bare (quartiles)', 'bar']
  return { title: 'Through a server', columns, rows }
}

function toCallTable(rounds: readonly Round<number>[]): Table {
  const names = [...(rounds[0]?.keys() ?? [])].toSorted()
  const rows = names.map((name) => {
    const ratio = ratioOf(rounds, name, bareCall, (microseconds) => 1 / microseconds)
    return [name, spreadOf(rounds, name, Number).median.toFixed(2), formatRatio(ratio)]
  })
  return { title: 'Without a server', columns: ['', 'CPU µs each', '× bare (quartiles)'], rows }
}
