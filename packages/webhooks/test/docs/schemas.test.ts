import { readFileSync } from 'node:fs'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eventTypes } from '../../src/events/event.ts'
import { eventFixture } from '../../src/testing/event-fixture.ts'
import { eventArbitrary } from '../../src/testing/fast-check.ts'

const ajv = new Ajv2020({
  formats: {
    uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
    'date-time': (text: string) => !Number.isNaN(Date.parse(text)),
  },
})

describe.each(eventTypes)('the JSON Schema of %s', (type) => {
  const document: { readonly $id: string; readonly examples: readonly unknown[] } = JSON.parse(
    readFileSync(new URL(`../../schemas/${type}.json`, import.meta.url), 'utf8'),
  )
  const accepts = ajv.compile(document)

  it('is named after the type, and accepts its own example', () => {
    expect(document.$id).toMatch(new RegExp(`/${type}\\.json$`))
    expect(document.examples.filter((example) => !accepts(example))).toEqual([])
  })

  it('accepts whatever is published', () => {
    fc.assert(
      fc.property(eventArbitrary(type, { published: true }), (event) => {
        expect(errorsOf(accepts, event)).toEqual([])
      }),
    )
  })

  it('refuses an event that lacks a field, at any depth, and one of another type', () => {
    const event = eventFixture(type)
    const spoiled = [{ ...event, event: 'another' }, ...withoutOneField(event)]
    expect(spoiled.filter((each) => accepts(each))).toEqual([])
  })

  it('accepts fields that it does not know', () => {
    const event = eventFixture(type)
    const wider = { ...event, region: 'eu', data: { ...event.data, region: 'eu' } }
    expect(errorsOf(accepts, wider)).toEqual([])
  })
})

function errorsOf(accepts: ValidateFunction, event: unknown): readonly unknown[] {
  return accepts(event) ? [] : (accepts.errors ?? ['refused'])
}

/** The value without one of its fields, once for each field at any depth. */
function withoutOneField(value: unknown): readonly unknown[] {
  if (Array.isArray(value))
    return value.flatMap((_, at) => withoutOneField(value[at]).map((each) => value.with(at, each)))
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => {
    const rest = Object.fromEntries(Object.entries(value).filter(([other]) => other !== name))
    return [rest, ...withoutOneField(field).map((each) => ({ ...value, [name]: each }))]
  })
}
