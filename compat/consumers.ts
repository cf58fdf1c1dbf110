import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Check, type CheckResult, countResults, runChecks } from './src/check.ts'
import { createConsumer, findPeers } from './src/consumers/consumer.ts'
import { importChecks } from './src/consumers/import-checks.ts'
import {
  contentChecks,
  dependencyCheck,
  type PackageContents,
  readContents,
} from './src/consumers/package-checks.ts'
import { findSubpaths } from './src/consumers/subpath.ts'
import { typeChecks } from './src/consumers/type-checks.ts'
import { formatTable } from './src/format-table.ts'
import { installTools } from './src/install-tools.ts'
import { packPackages } from './src/pack-packages.ts'
import { reportTotals } from './src/totals.ts'

const help = `Usage: pnpm test:consumers [options]

Packs every published package, installs the tarballs outside the repository, and uses them as others do:
compiles with them, imports and requires them; compat/README.md tells more.

Options:
  --totals FILE      also write {"passed":N,"failed":N} to FILE
  --help`

const { values } = parseArgs({
  options: { totals: { type: 'string' }, help: { type: 'boolean', default: false } },
})

if (values.help) console.log(help)
else await main().catch(fail)

async function main(): Promise<void> {
  await installTools()
  const packing = await mkdtemp(join(tmpdir(), 'complywise-packed-'))
  try {
    await checkPackages(packing)
  } finally {
    await rm(packing, { recursive: true, force: true })
  }
}

async function checkPackages(packing: string): Promise<void> {
  const packages = await packPackages(packing)
  const core = packages.find(({ name }) => name === '@complywise/webhooks')!
  const tarballs = packages.map(({ tarball }) => tarball)
  const subpaths = (await Promise.all(packages.map(findSubpaths))).flat()
  const plain = subpaths.filter(({ wants }) => wants === 'nothing')

  await using complete = await createConsumer('consumer', [...tarballs, ...(await findPeers(packages))])
  await using bare = await createConsumer('bare-consumer', [core.tarball])
  const contents = await Promise.all(packages.map((each) => readContents(complete.directory, each)))
  const checks: readonly Check[] = [
    ...(await typeChecks({ directory: complete.directory, subpaths, hasNodeTypes: true })),
    ...(await typeChecks({ directory: bare.directory, subpaths: plain, hasNodeTypes: false })),
    ...(await importChecks(complete.directory, subpaths)),
    ...contents.flatMap((each) => contentChecks(complete.directory, each)),
    dependencyCheck(bare.directory),
  ]
  const results = await runChecks(checks)
  print(results, contents)
  await reportTotals(countResults(results), values.totals)
}

function print(results: readonly CheckResult[], contents: readonly PackageContents[]): void {
  const groups = [...new Set(results.map(({ group }) => group))]
  const rows = groups.map((group) => ({
    group,
    ...countResults(results.filter((result) => result.group === group)),
  }))
  console.log(formatTable(rows))
  console.log()
  console.log(
    formatTable(
      contents.map(({ name, files, bytes }) => ({
        package: name,
        files: files.length,
        'unpacked KB': Math.ceil(bytes / 1024),
      })),
    ),
  )
  for (const { group, name, failure } of results) {
    if (failure !== undefined) console.log(`\n${group}: ${name}:\n${failure}`)
  }
}

function fail(error: unknown): void {
  console.error(error)
  process.exitCode = 1
}
