import { parseArgs } from 'node:util'
import { createPool } from './src/create-pool.ts'
import { formatTable } from './src/format-table.ts'
import { installTools } from './src/install-tools.ts'
import { buildGuests } from './src/runtimes/build-guests.ts'
import { chromium } from './src/runtimes/chromium.ts'
import { commandLineRuntimes } from './src/runtimes/command-line-runtimes.ts'
import type { Outcome } from './src/runtimes/outcome.ts'
import { type RuntimeResult, runRuntime } from './src/runtimes/run-runtime.ts'
import type { Runtime } from './src/runtimes/runtime.ts'
import { createStage } from './src/runtimes/stage.ts'
import { workerdRuntimes } from './src/runtimes/workerd.ts'
import { addTotals, reportTotals } from './src/totals.ts'

const runtimes: readonly Runtime[] = [...commandLineRuntimes, ...workerdRuntimes, chromium]

const help = `Usage: pnpm test:runtimes [options]

Packs the core and runs its vectors, the conformance suite and the contract of stores on every runtime.

Options:
  --only LIST        some of ${[...new Set(runtimes.map(({ family }) => family))].join(',')}
  --allow-missing    a runtime that is not on this machine is no failure
  --json             print the results as JSON, each excused check with them
  --totals FILE      also write {"passed":N,"failed":N} to FILE
  --help`

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    'allow-missing': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    totals: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) console.log(help)
else await main().catch(fail)

async function main(): Promise<void> {
  const chosen = choose(values.only)
  await installTools()
  await using stage = await createStage()
  await buildGuests(stage.directory)
  const pool = createPool(2)
  const results = await Promise.all(chosen.map((runtime) => runRuntime(runtime, stage.directory, pool)))

  if (values.json) console.log(JSON.stringify(results, undefined, 2))
  else print(results)
  await reportTotals(addTotals(results.map(totalsOf)), values.totals)
}

function choose(only: string | undefined): readonly Runtime[] {
  if (only === undefined) return runtimes
  const families = only.split(',')
  const unknown = families.find((family) => !runtimes.some((runtime) => runtime.family === family))
  if (unknown !== undefined) throw new Error(`There is no runtime ${unknown}; see --help.`)
  return runtimes.filter(({ family }) => families.includes(family))
}

function totalsOf({ suites, missing }: RuntimeResult): { passed: number; failed: number } {
  const ran = addTotals(
    Object.values(suites).map(({ passed, failures }) => ({ passed, failed: failures.length })),
  )
  return missing === undefined || values['allow-missing'] ? ran : { ...ran, failed: ran.failed + 1 }
}

function print(results: readonly RuntimeResult[]): void {
  const suites = [...new Set(results.flatMap(({ suites }) => Object.keys(suites)))]
  console.log(
    formatTable([
      makeRow('version', results, ({ version }) => version ?? 'missing'),
      makeRow('#crypto', results, ({ crypto }) => crypto),
      ...suites.map((suite) => makeRow(suite, results, (result) => cell(result.suites[suite]))),
    ]),
  )
  console.log('\nChecks that passed, of all where some are excused or failed:')
  for (const { name, missing } of results) {
    if (missing !== undefined) console.log(`- missing: ${name}: ${missing}`)
  }
  for (const [reason, where] of groupByLine(results, ({ excused }) => excused.map(({ reason }) => reason))) {
    console.log(`- excused: ${reason} (${where})`)
  }
  for (const [failure, where] of groupByLine(results, ({ failures }) => failures)) {
    console.log(`- FAILED: ${failure} (${where})`)
  }
}

/** Lines of all outcomes, each once, with where it is from. */
function groupByLine(
  results: readonly RuntimeResult[],
  read: (outcome: Outcome) => readonly string[],
): readonly (readonly [line: string, where: string])[] {
  const sources = new Map<string, { readonly suites: Set<string>; readonly runtimes: Set<string> }>()
  for (const { name, suites } of results) {
    for (const [suite, outcome] of Object.entries(suites)) {
      for (const line of read(outcome)) {
        const source = sources.get(line) ?? { suites: new Set(), runtimes: new Set() }
        source.suites.add(suite)
        source.runtimes.add(name)
        sources.set(line, source)
      }
    }
  }
  return [...sources].map(([line, { suites, runtimes }]) => [
    line,
    `${[...suites].join(', ')}; on ${[...runtimes].join(', ')}`,
  ])
}

function makeRow(
  title: string,
  results: readonly RuntimeResult[],
  read: (result: RuntimeResult) => string | undefined,
): Readonly<Record<string, string | undefined>> {
  return { '': title, ...Object.fromEntries(results.map((result) => [result.name, read(result)])) }
}

function cell(outcome: Outcome | undefined): string | undefined {
  if (!outcome) return undefined
  const { passed, failures, excused } = outcome
  const all = passed + failures.length + excused.length
  return `${passed}${all > passed ? `/${all}` : ''}${failures.length > 0 ? ' FAILED' : ''}`
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
