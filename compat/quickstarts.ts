import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { createPool } from './src/create-pool.ts'
import { formatTable } from './src/format-table.ts'
import { packPackages } from './src/pack-packages.ts'
import { quickstarts } from './src/quickstarts/quickstart.ts'
import { type Step, walk } from './src/quickstarts/walk.ts'
import { reportTotals } from './src/totals.ts'

const help = `Usage: pnpm test:quickstarts [options]

Follows the quickstarts of the READMEs word for word outside the repository, with the packed packages, and sends events
with openssl and curl to what they start; compat/README.md tells more.

Options:
  --totals FILE      also write {"passed":N,"failed":N} to FILE
  --help`

const { values } = parseArgs({
  options: { totals: { type: 'string' }, help: { type: 'boolean', default: false } },
})

if (values.help) console.log(help)
else await main().catch(fail)

async function main(): Promise<void> {
  const packing = await mkdtemp(join(tmpdir(), 'complywise-packed-'))
  try {
    const packages = await packPackages(packing)
    const pool = createPool(2)
    const walks = await Promise.all(
      quickstarts.map((quickstart) =>
        pool(() => walk(quickstart, packages).catch((error: unknown) => brokenOff(quickstart.name, error))),
      ),
    )
    const steps = walks.flat()
    print(steps)
    const passed = steps.filter(({ isAsExpected }) => isAsExpected).length
    await reportTotals({ passed, failed: steps.length - passed }, values.totals)
  } finally {
    await rm(packing, { recursive: true, force: true })
  }
}

function brokenOff(quickstart: string, error: unknown): readonly Step[] {
  console.error(error)
  return [{ quickstart, step: 'all', answers: 'broken off, see above', runs: 0, isAsExpected: false }]
}

function print(steps: readonly Step[]): void {
  const rows = steps.map(({ quickstart, step, answers, runs, isAsExpected }) => ({
    quickstart,
    event: step,
    answers,
    'handler runs for it': runs,
    '': isAsExpected ? '' : 'NOT AS EXPECTED',
  }))
  console.log(formatTable(rows))
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
