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
  --json             print the results as JSON instead of a table
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
  const rows = results.map(({ name, version, crypto, suites, missing }) => ({
    runtime: name,
    version: missing === undefined ? version : 'missing',
    '#crypto': crypto,
    ...Object.fromEntries(Object.entries(suites).map(([suite, result]) => [suite, cell(result)])),
  }))
  console.log(formatTable(rows))
  for (const { name, missing } of results) {
    if (missing !== undefined) console.log(`\nmissing: ${name}: ${missing}`)
  }
  printLines('excused', results, ({ excused }) => excused)
  printLines('FAILED', results, ({ failures }) => failures)
}

/** Lines of the suites' outcomes, each once, with the runtimes that have it. */
function printLines(
  title: string,
  results: readonly RuntimeResult[],
  linesOf: (outcome: Outcome) => readonly string[],
): void {
  const runtimesByLine = new Map<string, string[]>()
  for (const { name, suites } of results) {
    for (const [suite, outcome] of Object.entries(suites)) {
      for (const line of linesOf(outcome)) {
        const key = `${suite}: ${line}`
        runtimesByLine.set(key, [...(runtimesByLine.get(key) ?? []), name])
      }
    }
  }
  for (const [line, names] of runtimesByLine) console.log(`\n${title} (${names.join('; ')}): ${line}`)
}

function cell({ passed, failures, excused }: Outcome): string {
  const failed = failures.length === 0 ? '' : `, ${failures.length} FAILED`
  return `${passed} passed${failed}${excused.length === 0 ? '' : `, ${excused.length} excused`}`
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
