import { describe, expect, test } from 'vitest'
import {
  changedFields,
  type EditForm,
  isEdited,
  rebaseForm,
  toEditForm,
  toPatch,
} from '../../../src/webhooks/subscription/edit-form.ts'
import { subscriptionOf } from '../subscription-of.ts'

const base = subscriptionOf({
  description: 'Data warehouse',
  events: ['scan.*'],
  headers: { authorization: '********', 'x-team': 'data' },
  timeout_ms: 2500,
  contact_email: 'oncall@example.com',
})
const form = toEditForm(base)

function edited(change: Partial<EditForm>): EditForm {
  return { ...form, ...change }
}

describe('what is sent of a form', () => {
  test('is nothing when nothing was changed', () => {
    expect(toPatch(form, base)).toEqual({})
    expect(isEdited(form, base)).toBe(false)
  })

  test.each<[string, Partial<EditForm>, object]>([
    ['another URL, without white space', { url: ' https://example.org/ ' }, { url: 'https://example.org/' }],
    ['other events', { events: ['*'] }, { events: ['*'] }],
    ['an empty description', { description: '' }, { description: '' }],
    ['no contact any more', { contactEmail: ' ' }, { contact_email: null }],
    ['another contact', { contactEmail: 'a@example.com' }, { contact_email: 'a@example.com' }],
    ['another time', { timeout: '10' }, { timeout_ms: 10_000 }],
    ['the operator’s time', { timeout: '' }, { timeout_ms: null }],
    ['an order', { isOrdered: true }, { is_ordered: true }],
    ['no headers any more', { headers: [] }, { headers: { authorization: null, 'x-team': null } }],
  ])('is %s', (_, change, patch) => {
    expect(toPatch(edited(change), base)).toEqual(patch)
    expect(isEdited(edited(change), base)).toBe(true)
  })

  test('never is a masked value, beside one that was replaced', () => {
    const headers = form.headers.map((row) =>
      row.name === 'x-team' ? { ...row, kind: 'replaced' as const, value: 'security' } : row,
    )
    expect(toPatch(edited({ headers }), base)).toEqual({ headers: { 'x-team': 'security' } })
  })

  test('is a header that was removed and entered again in other letters, once, with its new value', () => {
    const [authorization] = form.headers
    const again = { key: 'new 1', kind: 'new', name: 'X-Team', value: 'security' } as const
    const headers = [authorization!, again]
    expect(toPatch(edited({ headers }), base)).toEqual({ headers: { 'x-team': 'security' } })
  })
})

test('a row that was added and not filled in sends nothing, a row that was begun counts as unsaved', () => {
  const empty = { key: 'new 1', kind: 'new', name: '', value: '' } as const
  expect(isEdited(edited({ headers: [...form.headers, empty] }), base)).toBe(false)
  expect(isEdited(edited({ headers: [...form.headers, { ...empty, value: 'x' }] }), base)).toBe(true)
})

describe('when somebody else changed the subscription meanwhile', () => {
  const current = { ...base, description: 'Theirs', events: ['*'], timeout_ms: 9000 }

  test('what was entered stays, and what was not touched shows their values', () => {
    const mine = edited({ description: 'Mine', url: 'https://example.org/' })
    expect(rebaseForm(mine, base, current)).toMatchObject({
      description: 'Mine',
      url: 'https://example.org/',
      events: ['*'],
      timeout: '9',
    })
  })

  test('the fields that they changed are known', () => {
    expect(changedFields(base, current)).toEqual(['events', 'description', 'timeout_ms'])
    expect(changedFields(base, { ...base, version: 7, state: 'paused' })).toEqual([])
  })

  test('headers that were entered stay', () => {
    const row = { key: 'new 1', kind: 'new', name: 'x-mine', value: '1' } as const
    const mine = edited({ headers: [...form.headers, row] })
    expect(rebaseForm(mine, base, { ...base, headers: {} }).headers).toContainEqual(row)
    expect(rebaseForm(form, base, { ...base, headers: {} }).headers).toEqual([])
  })
})
