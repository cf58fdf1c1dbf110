import { expect, test } from 'vitest'
import { timeOfCursor } from '../../src/api/delivery-pages.ts'

function cursorOf(id: string): string {
  return Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url')
}

test('a cursor tells how far a search has come', () => {
  expect(timeOfCursor(cursorOf('0195a3c2-8d02-7c0d-8a51-6c6a2f3b1d22'))).toBe(0x0195a3c28d02)
})

test.each([
  ['another version of UUID', cursorOf('5f0c7d0e-0b0f-4b34-8b36-0a2d5d2f9a77')],
  ['anything else', 'page-2'],
])('%s tells nothing', (_, cursor) => {
  expect(timeOfCursor(cursor)).toBeUndefined()
})
