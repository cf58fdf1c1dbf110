import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Pool } from 'pg'
import { type Browser, chromium } from 'playwright-core'
import { buildPage } from '../test/browser/support/build-page.ts'
import { launchOptions } from '../test/browser/support/launch.ts'
import { startStageProcess } from '../test/browser/support/stage-process.ts'
import { createAccount } from '../test/browser/support/stage/accounts.ts'
import type { StageFacts } from '../test/browser/support/stage/start-stage.ts'
import { reasons, type Scene, scenes } from './screenshots/scenes.ts'
import { type Look, looks, takePicture, type Viewers } from './screenshots/take-picture.ts'

/** Takes pictures of the page. */
const usage = `Usage: node --conditions=@complywise/source scripts/screenshots.ts [options] <directory>

Takes a picture of every page in every state: light, dark, and 390 px wide; and writes why.md, a table of the reasons for which
an event did not arrive with what the page says about each.

  --only <text>   only those whose name contains it
  --look <name>   only light, dark or narrow
`

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: 'string', default: '' },
    look: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const [directory] = positionals
if (options.help || directory === undefined) process.stdout.write(usage)
else await main(directory)

async function main(directory: string): Promise<void> {
  await buildPage()
  const stage = startStageProcess(['--retry-base=600000'])
  const browser = await chromium.launch({ ...launchOptions, args: [...launchOptions.args] })
  try {
    const facts = await stage.facts
    const viewers = await findViewers(facts)
    const wanted = [...scenes, ...reasons].filter(({ name }) => name.includes(options.only))
    for (const look of looks.filter(({ name }) => options.look === undefined || options.look === name)) {
      await mkdir(join(directory, look.name), { recursive: true })
      for (const scene of wanted) await takeOne({ browser, facts, viewers, look, scene, directory })
    }
    await writeFile(join(directory, 'why.md'), await describeReasons(browser, facts, viewers))
  } finally {
    await browser.close()
    await stage.stop()
  }
}

async function findViewers({ databaseUrl, keys }: StageFacts): Promise<Viewers> {
  const pool = new Pool({ connectionString: databaseUrl })
  const empty = await createAccount(pool, 'Nothing yet')
  await pool.end()
  return { admin: keys.admin, member: keys.member, empty: empty.admin, nobody: undefined }
}

async function takeOne({
  directory,
  ...taking
}: {
  readonly browser: Browser
  readonly facts: StageFacts
  readonly viewers: Viewers
  readonly look: Look
  readonly scene: Scene
  readonly directory: string
}): Promise<void> {
  const { look, scene } = taking
  const path = join(directory, look.name, `${scene.name}.png`)
  try {
    await takePicture({ ...taking, path })
    process.stderr.write(`${path}\n`)
  } catch (error) {
    process.exitCode = 1
    process.stderr.write(`${path}: ${String(error)}\n`)
  }
}

/** What the page says about each reason, as it stands there. */
async function describeReasons(browser: Browser, facts: StageFacts, viewers: Viewers): Promise<string> {
  const rows: string[] = []
  for (const scene of reasons) {
    const [look] = looks
    const words = await takePicture({ browser, facts, viewers, look, scene })
    rows.push(`| ${scene.reason} | ${words.replaceAll('|', '\\|')} | ![](light/${scene.name}.png) |`)
  }
  return [
    '# Why did it not arrive?',
    '',
    '| Reason | What the page says | |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}
