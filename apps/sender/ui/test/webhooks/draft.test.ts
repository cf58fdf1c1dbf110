import { describe, expect, it } from 'vitest'
import { strings } from '../../src/strings/index.ts'
import {
  assignErrors,
  checkDraft,
  hasDetailErrors,
  hasErrors,
  noErrors,
  withoutErrorsOf,
} from '../../src/webhooks/create/draft-errors.ts'
import { type Draft, emptyDraft, isDirty, toInput } from '../../src/webhooks/create/draft.ts'
import { forgetDraft, keepDraft, keptDraft } from '../../src/webhooks/create/kept-draft.ts'
import { createRepeatKey } from '../../src/webhooks/create/repeat-key.ts'

const texts = strings.webhooks.creating
const filled: Draft = {
  ...emptyDraft,
  url: ' https://example.com/webhooks ',
  events: ['scan.*'],
  headers: [
    { key: 1, name: ' X-Team ', value: ' security ' },
    { key: 2, name: '', value: ' ' },
  ],
}

describe('a draft', () => {
  it('asks for no more than what was entered', () => {
    expect(toInput({ ...emptyDraft, url: 'https://example.com', events: ['*'] })).toEqual({
      url: 'https://example.com',
      events: ['*'],
      description: '',
      timeout_ms: null,
      is_ordered: false,
      contact_email: null,
      state: 'active',
    })
  })

  it('asks for all that was entered, without the spaces around it', () => {
    const draft = {
      ...filled,
      hasOwnSecret: true,
      secret: ' kept as it is ',
      description: ' Tickets ',
      contactEmail: ' a@example.com ',
      timeout: ' 2,5 ',
      isOrdered: true,
      isPaused: true,
    }
    expect(toInput(draft)).toEqual({
      url: 'https://example.com/webhooks',
      events: ['scan.*'],
      secret: ' kept as it is ',
      description: 'Tickets',
      headers: { 'X-Team': 'security' },
      timeout_ms: 2500,
      is_ordered: true,
      contact_email: 'a@example.com',
      state: 'paused',
    })
  })

  it('sends no secret that is to be generated, whatever was typed before', () => {
    expect(toInput({ ...filled, hasOwnSecret: false, secret: 'typed' })).not.toHaveProperty('secret')
  })

  it('is worth asking about once something was entered', () => {
    expect(isDirty(emptyDraft)).toBe(false)
    expect(isDirty({ ...emptyDraft, isPaused: true })).toBe(true)
  })

  it('is kept for whom it was taken away from, and for nobody else', () => {
    keepDraft('key:1', filled)
    expect(keptDraft('key:2')).toBeUndefined()
    expect(keptDraft('key:1')).toBe(filled)
    forgetDraft()
    expect(keptDraft('key:1')).toBeUndefined()
  })
})

describe('what is wrong with a draft', () => {
  it('is nothing where all is there', () => {
    expect(hasErrors(checkDraft(filled, undefined))).toBe(false)
  })

  it('is told for every field at once', () => {
    const draft = {
      ...emptyDraft,
      hasOwnSecret: true,
      timeout: 'soon',
      headers: [
        { key: 1, name: '', value: 'x' },
        { key: 2, name: 'X-Team', value: 'x' },
        { key: 3, name: 'x-team ', value: 'y' },
      ],
    }
    expect(checkDraft(draft, undefined)).toEqual({
      url: texts.endpoint.required,
      events: texts.events.required,
      secret: texts.secret.required,
      timeout: texts.details.timeoutInvalid,
      headerRows: {
        1: { name: texts.details.headerNameRequired },
        3: { name: texts.details.headerDuplicate },
      },
      others: [],
    })
  })

  it('is an endpoint that its check refused', () => {
    expect(checkDraft(filled, 'It is private.')).toEqual({
      url: 'It is private.',
      headerRows: {},
      others: [],
    })
  })

  it('stands at the fields that the API names', () => {
    const problems = [
      { path: '/url', code: 'not_a_url', detail: 'One.' },
      { path: '/url', code: 'too_long', detail: 'Two.' },
      { path: '/events/0', code: 'invalid_value', detail: 'Three.' },
      { path: '/contact_email', code: 'invalid_format', detail: 'Four.' },
      { path: '/timeout_ms', code: 'too_big', detail: 'Five.' },
      { path: '/headers', code: 'headers_too_long', detail: 'Six.' },
      { path: '/headers/X-Team', code: 'header_reserved', detail: 'Seven.' },
      { path: '/headers/X-Team', code: 'header_value_invalid', detail: 'Eight.' },
      { path: '/nowhere', code: 'unknown_field', detail: 'Nine.' },
      { path: '', code: 'invalid_type', detail: 'Ten.' },
    ]
    expect(assignErrors(problems, filled)).toEqual({
      url: 'One. Two.',
      events: 'Three.',
      contactEmail: 'Four.',
      timeout: 'Five.',
      headers: 'Six.',
      headerRows: { 1: { name: 'Seven.', value: 'Eight.' } },
      others: ['nowhere: Nine.', 'Ten.'],
    })
  })

  it('finds headers by names that are escaped in pointers', () => {
    const draft = { ...filled, headers: [{ key: 7, name: 'a/b~c', value: 'x' }] }
    const problem = { path: '/headers/a~1b~0c', code: 'header_name_invalid', detail: 'No.' }
    expect(assignErrors([problem], draft).headerRows).toEqual({ 7: { name: 'No.' } })
  })

  it('is not told any more of fields that have changed since', () => {
    const errors = { ...noErrors, url: 'No.', secret: 'No.', headerRows: { 1: { name: 'No.' } } }
    expect(withoutErrorsOf(errors, { url: 'x' })).toEqual({
      secret: 'No.',
      headerRows: { 1: { name: 'No.' } },
      others: [],
    })
    expect(withoutErrorsOf(errors, { headers: [] }).headerRows).toEqual({})
  })

  it.each([
    ['the endpoint', { ...noErrors, url: 'No.' }, false],
    ['a header', { ...noErrors, headerRows: { 1: { name: 'No.' } } }, true],
    ['the timeout', { ...noErrors, timeout: 'No.' }, true],
  ])('at %s unfolds the options: %s', (_name, errors, isAmongDetails) => {
    expect(hasDetailErrors(errors)).toBe(isAmongDetails)
  })
})

describe('idempotency keys', () => {
  it('are the same for the same request, and others for others', () => {
    const keyOf = createRepeatKey()
    const first = keyOf({ url: 'a' })
    expect(first).toMatch(/^[0-9a-f]{32}$/)
    expect(keyOf({ url: 'a' })).toBe(first)
    expect(keyOf({ url: 'b' })).not.toBe(first)
    expect(keyOf({ url: 'a' })).not.toBe(first)
  })
})
