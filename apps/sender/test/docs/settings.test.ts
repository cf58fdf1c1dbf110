import { readFileSync } from 'node:fs'
import { formatSettingsTable } from '@complywise/service'
import { expect, test } from 'vitest'
import { configDefinition } from '../../src/config.ts'

const guide = readFileSync(new URL('../../../../docs/sender.md', import.meta.url), 'utf8')

test('docs/sender.md lists every setting with its default', () => {
  const [, table = ''] = /<!-- settings -->\n\n(.*?)\n<!-- \/settings -->/s.exec(guide) ?? []
  expect(cells(table)).toEqual(cells(formatSettingsTable(configDefinition)))
})

// The formatter pads a table's cells; what they say is the same.
function cells(table: string): readonly (readonly string[])[] {
  return table
    .split('\n')
    .filter((line) => line.startsWith('|') && !/^[|\s:-]+$/.test(line))
    .map((line) => line.split('|').map((cell) => cell.trim()))
}
