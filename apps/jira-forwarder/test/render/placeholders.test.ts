import { expect, test } from 'vitest'
import { fillPlaceholders, unknownPlaceholders } from '../../src/render/placeholders.ts'

const values = { framework: 'SOC 2', control_id: 'CC6.1' }

test.each([
  { template: '{control_id} of {framework}', filled: 'CC6.1 of SOC 2' },
  { template: 'no placeholders', filled: 'no placeholders' },
  { template: '{owner}', filled: undefined },
  { template: 'Owner: {owner}, {control_id}', filled: 'Owner: , CC6.1' },
  { template: 5, filled: 5 },
  { template: { value: '{framework}' }, filled: { value: 'SOC 2' } },
  { template: { value: '{owner}' }, filled: undefined },
  { template: [{ value: '{framework}' }, { value: '{owner}' }], filled: [{ value: 'SOC 2' }] },
  { template: '{__proto__} {toString}', filled: '{__proto__} {toString}' },
])('$template becomes $filled', ({ template, filled }) => {
  expect(fillPlaceholders(template, values)).toEqual(filled)
})

test('what a value says is not filled in again', () => {
  expect(fillPlaceholders('{framework}', { framework: '{control_id}', control_id: 'CC6.1' })).toBe(
    '{control_id}',
  )
})

test('a misspelled placeholder is found at any depth', () => {
  expect(unknownPlaceholders({ a: ['{framwork} {framework}', { b: '{x}' }] })).toEqual(['framwork', 'x'])
})
