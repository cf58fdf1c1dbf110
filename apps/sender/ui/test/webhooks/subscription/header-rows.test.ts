import { expect, test } from 'vitest'
import { checkHeaderRows, type HeaderRow } from '../../../src/webhooks/subscription/header-rows.ts'

const kept: HeaderRow = { key: 'stored x-team', kind: 'kept', name: 'x-team', value: 'data' }

test.each<[string, Omit<HeaderRow, 'key'>, string | undefined]>([
  ['nothing entered', { kind: 'new', name: '', value: '' }, undefined],
  ['all entered', { kind: 'new', name: 'x-a', value: '1' }, undefined],
  ['no name', { kind: 'new', name: ' ', value: '1' }, 'name_missing'],
  ['no value', { kind: 'new', name: 'x-a', value: '' }, 'value_missing'],
  ['a replaced value that is empty', { kind: 'replaced', name: 'x-a', value: '' }, 'value_missing'],
  ['a name that is there, in other letters', { kind: 'new', name: 'X-Team', value: '1' }, 'name_repeated'],
])('a header with %s', (_, row, problem) => {
  expect(checkHeaderRows([kept, { ...row, key: 'k' }]).get('k')).toBe(problem)
})
