import { expect, test } from 'vitest'
import { errorOf, headerErrorOf, otherErrors } from '../../../src/webhooks/subscription/field-errors.ts'

const errors = [
  { path: '/events/0', code: 'invalid_value', detail: 'No event matches.' },
  { path: '/events/1', code: 'duplicate', detail: 'Listed already.' },
  { path: '/headers/X-A~1b', code: 'header_name_invalid', detail: 'No such name.' },
  { path: '/headers', code: 'headers_too_many', detail: 'At most 20.' },
]

test('what is wrong in a list stands at the list', () => {
  expect(errorOf(errors, 'events')).toBe('No event matches. Listed already.')
  expect(errorOf(errors, 'event')).toBeUndefined()
})

test('what is wrong with a header is found by its name, whatever the pointer escapes', () => {
  expect(headerErrorOf(errors, 'x-a/b')).toBe('No such name.')
  expect(headerErrorOf(errors, '')).toBeUndefined()
})

test('what belongs to no field is left over', () => {
  expect(otherErrors(errors, ['events']).map(({ path }) => path)).toEqual(['/headers/X-A~1b', '/headers'])
  expect(otherErrors([{ path: '', code: 'x', detail: '' }], ['events'])).toHaveLength(1)
})
