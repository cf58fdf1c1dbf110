import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { textOf, withoutPadding } from '@complywise/forwarder/documents'
import { expect, onTestFinished, test, vi } from 'vitest'
import { documents } from '../../scripts/documents.ts'

// Whole forwarders are started.
vi.setConfig({ testTimeout: 180_000 })

const root = new URL('../../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')

test('the schema, the tables and the pictures are what the code makes of them', async () => {
  for (const { url, text } of await documents()) {
    const name = url.pathname.split('/').at(-1)
    const [there, made] = [textOf(url), text].map((each) =>
      url.pathname.endsWith('.json') ? JSON.parse(each) : withoutPadding(each),
    )
    expect({ name, text: there }).toEqual({ name, text: made })
  }
})

test('every picture is shown, and every file that is linked is there', () => {
  const links = Array.from(readme.matchAll(/\]\((?!https?:)([^)#]+)/g), ([, path = '']) => path)
  expect(links.filter((path) => !existsSync(new URL(path, root)))).toEqual([])
  const drawn = readdirSync(new URL('docs/', root)).map((name) => `docs/${name}`)
  expect(drawn.filter((path) => !links.includes(path))).toEqual([])
})

const files = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .map(source)
// What Slack says is the code, with `slack_` before it; what the SDK is told of rates is one code.
const ofSlack = Array.from(
  source('client/error-codes.ts').matchAll(/'([a-z]+(?:_[a-z0-9]+)*)'/g),
  ([, code = '']) => code,
)
  .filter((code) => !['retry', 'ambiguous', 'payload', 'operator'].includes(code))
  .map((code) => (/^rate_?limited$/.test(code) ? 'slack_rate_limited' : `slack_${code}`))
const own = codesIn(/'(slack_[a-z_]+)'/g).filter((code) => !/_(canvas|file_link)_sharing_blocked$/.test(code))
const codes = [...ofSlack, ...own]
/** Findings that nothing has to be done about. */
const fine: ReadonlySet<string> = new Set(['slack_token_valid', 'slack_channel_usable'])

test('the README explains every code', () => {
  const [, table = ''] = /<!-- codes -->(.*?)<!-- \/codes -->/s.exec(readme) ?? []
  expect(codes.length).toBeGreaterThan(5)
  expect(codes.filter((code) => !fine.has(code) && !table.includes(`\`${code}\``))).toEqual([])
})

const examples = [
  readFileSync(new URL('deploy/slack-forwarder.example.yaml', root), 'utf8'),
  ...Array.from(readme.matchAll(/^```yaml\n(instance:.*?)^```/gms), ([, example = '']) => example),
].map((text, index) => [index === 0 ? 'deploy' : 'the README', text] as const)

test.each(examples)('the example of a file in %s is a valid configuration', async (_place, text) => {
  const directory = mkdtempSync(join(tmpdir(), 'slack-example-'))
  onTestFinished(() => rmSync(directory, { recursive: true }))
  for (const [, name = ''] of text.matchAll(/file:\/run\/secrets\/([\w-]+)/g)) {
    writeFileSync(join(directory, name), secretFor(name))
  }
  writeFileSync(join(directory, 'file.yaml'), text.replaceAll('/run/secrets/', ''))
  writeFileSync(
    join(directory, 'event.json'),
    JSON.stringify({
      event: 'compliance.control_failed',
      data: { control_id: 'CC6.1', framework: 'SOC 2', previous_status: 'passed', new_status: 'failed' },
    }),
  )
  const args = [
    '--conditions=@complywise/source',
    new URL('src/main.ts', root).pathname,
    'explain',
    'event.json',
  ]
  const env = { FORWARDER_CONFIG: 'file.yaml' }
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: directory, env })
  expect(stdout).toMatch(/severity critical/)
})

function secretFor(name: string): string {
  if (name.startsWith('webhook')) return 'whsec_ZG9jdW1lbnRhdGlvbi1zZWNyZXQtMzItYnl0ZXM='
  if (name.startsWith('slack')) return 'xoxb-example'
  // 32 letters and digits, another for each name.
  return name
    .replaceAll(/[^a-z]/g, '')
    .padEnd(32, '0')
    .slice(0, 32)
}

function source(name: string): string {
  return readFileSync(new URL(`src/${name}`, root), 'utf8')
}

function codesIn(pattern: RegExp): readonly string[] {
  return files.flatMap((text) => Array.from(text.matchAll(pattern), ([, code = '']) => code))
}
