import { readdirSync, readFileSync } from 'node:fs'
import { expect, it, test } from 'vitest'
import { documents } from '../../scripts/documents.ts'
import { textOf, withoutPadding } from '../../src/documents/index.ts'

const root = new URL('../../../../', import.meta.url)
const guide = readFileSync(new URL('docs/forwarders.md', root), 'utf8')

it.each(documents().map(({ url, text }) => [url.pathname.split('/').at(-1), url, text] as const))(
  'the tables of %s are what the code makes of them',
  (_name, url, text) => {
    expect(withoutPadding(textOf(url))).toBe(withoutPadding(text))
  },
)

function codesIn(section: string): ReadonlySet<string> {
  const [, table = ''] = guide.split(`<!-- ${section} -->`)
  const rows = (table.split(`<!-- /${section} -->`)[0] ?? '').matchAll(/^\| (`[^|]*)\|/gm)
  return new Set(
    Array.from(rows, ([, cell = '']) => Array.from(cell.matchAll(/`([a-z_]+)`/g), ([, code = '']) => code))
      .flat()
      .filter((code) => code !== 'result' && code !== 'reason'),
  )
}

function source(path: string): string {
  return readFileSync(new URL(`packages/forwarder/src/${path}`, root), 'utf8')
}

test('docs/forwarders.md explains every result of a step, and no other', () => {
  const [, union = ''] = /export type StepResult =\n(.*?)\n\n/s.exec(source('engine/engine.ts')) ?? []
  const results = Array.from(union.matchAll(/'(\w+)'/g), ([, result = '']) => result)
  expect(results.length).toBeGreaterThan(5)
  expect(codesIn('results')).toEqual(new Set(results))
})

test('docs/forwarders.md explains every reason that the decision and the ledger know', () => {
  const [, decided = ''] = /DecisionReason =(.*?)\n\n/s.exec(source('domain/decision.ts')) ?? []
  const [, ledger = ''] = /LedgerErrorCode =(.*?)\n/.exec(source('ledger/ledger-error.ts')) ?? []
  const known = Array.from(`${decided}${ledger}`.matchAll(/'(\w+)'/g), ([, reason = '']) => reason)
  expect(known.length).toBeGreaterThan(6)
  expect(known.filter((reason) => !codesIn('reasons').has(reason))).toEqual([])
})

test('docs/forwarders.md explains no reason that nothing gives', () => {
  const all = ['domain', 'engine', 'serve', 'ledger', 'routing']
    .flatMap((folder) => sourcesIn(folder))
    .join('')
  expect([...codesIn('reasons')].filter((code) => !all.includes(`'${code}'`))).toEqual([])
})

function sourcesIn(folder: string): readonly string[] {
  const url = new URL(`packages/forwarder/src/${folder}/`, root)
  return readdirSync(url, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(new URL(name, url), 'utf8'))
}
