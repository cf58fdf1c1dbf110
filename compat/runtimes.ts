import { parseArgs } from 'node:util'
import { formatTable } from './src/format-table.ts'
import { installTools } from './src/install-tools.ts'
import { runPooled } from './src/run-pooled.ts'
import { buildGuest } from './src/runtimes/build-guest.ts'
import { chromium } from './src/runtimes/chromium.ts'
import { commandLineRuntimes } from './src/runtimes/command-line-runtimes.ts'
import { type RuntimeResult, runRuntime } from './src/runtimes/run-runtime.ts'
import type { Runtime } from './src/runtimes/runtime.ts'
import { createStage } from './src/runtimes/stage.ts'
import { workerdRuntimes } from './src/runtimes/workerd.ts'
import { addTotals, reportTotals } from './src/totals.ts'

const runtimes: readonly Runtime[] = [...commandLineRuntimes, ...workerdRuntimes, chromium]

const help = `Usage: pnpm test:runtimes [options]

Packs the core and runs its vectors and its conformance suite on every runtime; compat/README.md tells more.

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
  for (const guest of ['print-vectors', 'answer-vectors', 'post-vectors'])
    await buildGuest(stage.directory, guest)
  const tasks = chosen.map((runtime) => () => runRuntime(runtime, stage.directory))
  const results = await runPooled(tasks, 2)

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
  for (const { name, suites, missing } of results) {
    if (missing !== undefined) console.log(`${name}: ${missing}`)
    for (const [suite, { failures }] of Object.entries(suites)) {
      for (const failure of failures) console.log(`${name}, ${suite}: ${failure}`)
    }
  }
}

function cell({ passed, failures }: { passed: number; failures: readonly string[] }): string {
  return failures.length === 0 ? `${passed} passed` : `${passed} passed, ${failures.length} FAILED`
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
