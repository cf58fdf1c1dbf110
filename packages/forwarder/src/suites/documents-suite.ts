import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type MadeDocument, textOf } from '../documents/update-documents.ts'
import { withoutPadding } from '../documents/without-padding.ts'

/** What {@link documentsSuite} tests. */
export interface DocumentedApp {
  /** The app's folder. */
  readonly root: URL
  /** Makes its documents afresh. */
  readonly documents: () => Promise<readonly MadeDocument[]>
  /** Every code that its answers and findings may have. */
  readonly codes: readonly string[]
  /** Codes of findings that nothing has to be done about. */
  readonly fine: readonly string[]
}

/** Tests of a forwarder's README, schema, pictures and examples. */
export function documentsSuite({ root, documents, codes, fine }: DocumentedApp): void {
  // Whole forwarders are started.
  vi.setConfig({ testTimeout: 180_000 })
  const name = root.pathname.split('/').at(-2)
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

  test('the README explains every code', () => {
    const [, table = ''] = /<!-- codes -->(.*?)<!-- \/codes -->/s.exec(readme) ?? []
    expect(codes.length).toBeGreaterThan(5)
    expect(codes.filter((code) => !fine.includes(code) && !table.includes(`\`${code}\``))).toEqual([])
  })

  const examples = [
    readFileSync(new URL(`deploy/${name}.example.yaml`, root), 'utf8'),
    ...Array.from(readme.matchAll(/^```yaml\n(instance:.*?)^```/gms), ([, example = '']) => example),
  ].map((text, index) => [index === 0 ? 'deploy' : 'the README', text] as const)

  test.each(examples)('the example of a file in %s is a valid configuration', async (_place, text) => {
    const directory = mkdtempSync(join(tmpdir(), 'forwarder-example-'))
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
}

function secretFor(name: string): string {
  if (name.startsWith('webhook')) return 'whsec_ZG9jdW1lbnRhdGlvbi1zZWNyZXQtMzItYnl0ZXM='
  if (name.startsWith('slack')) return 'xoxb-example'
  // 32 letters and digits, another for each name.
  return name
    .replaceAll(/[^a-z]/g, '')
    .padEnd(32, '0')
    .slice(0, 32)
}

/** Every code that a pattern finds in the sources of an app; its first group is the code. */
export function codesIn(root: URL, pattern: RegExp): readonly string[] {
  return readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(`src/${name}`, root), 'utf8'))
    .flatMap((text) => Array.from(text.matchAll(pattern), ([, code = '']) => code))
}
