import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { keyLabel } from '../../src/issue/key-label.ts'
import { labelOf } from '../../src/render/labels.ts'

test.each([
  { value: 'SOC 2', label: 'soc-2' },
  { value: 'CC6.1', label: 'cc6.1' },
  { value: '  ISO/IEC 27001:2022 ', label: 'iso-iec-27001-2022' },
  { value: 'Zugriff prüfen', label: 'zugriff-prüfen' },
  { value: '🚨', label: undefined },
  { value: '', label: undefined },
])('$value is the label $label', ({ value, label }) => {
  expect(labelOf(value)).toBe(label)
})

test('every label is one that Jira takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), (value) => {
      expect(labelOf(value) ?? 'none').toMatch(/^\S{1,255}$/u)
    }),
    { numRuns: 2_000 },
  )
})

test('a key has the same label for ever', () => {
  expect(keyLabel('cw:acme:control:soc 2:cc6.1')).toBe('cw-553b3c4afad1')
})
