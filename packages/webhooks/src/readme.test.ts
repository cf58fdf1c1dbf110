import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { eventCatalog } from './events/catalog.ts'
import { eventTypes } from './events/event.ts'

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

it('lists every event with its meaning', () => {
  const rows = eventTypes.map((type) => [`\`${type}\``, eventCatalog[type].meaning])
  expect(tableUnder('Events')).toEqual(rows)
})

it('lists every option of a receiver', () => {
  const source = readFileSync(new URL('receive/options.ts', import.meta.url), 'utf8')
  const [, body = ''] = /export interface ReceiverOptions \{\n(.*?)\n\}/s.exec(source) ?? []
  const names = [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name]) => `\`${name}\``)
  expect(tableUnder('Options').map(([name]) => name)).toEqual(names)
})

/** The cells of the first table under a heading, without its head. */
function tableUnder(heading: string): string[][] {
  const section = readme.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? ''
  const rows = section.split('\n').filter((line) => line.startsWith('|'))
  return rows.slice(2).map((row) =>
    row
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}
