import { describe, expect, it } from 'vitest'
import { eventCatalog } from '../events/catalog.ts'
import { findDataProblems, parseEnvelope } from './parse-event.ts'

const envelope = {
  event: 'scan.completed',
  event_id: '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e',
  timestamp: '2026-03-01T12:00:00.000Z',
  data: eventCatalog['scan.completed'].example,
}

describe('parseEnvelope and findDataProblems', () => {
  it.each([
    ['of a type in the catalog', {}],
    ['of another type', { event: 'policy.approved', data: { policy: { id: 7, tags: [null] } } }],
    ['of no type', { event: '' }],
    ['with fields that no schema has', { version: 2, data: { ...envelope.data, by: { name: 'Dana' } } }],
    ['without fields that the product page does not document', { event: 'scan.failed', data: { error: {} } }],
  ])('gives all of an event %s', (_what, change) => {
    const event = { ...envelope, ...change }
    expect(parse(JSON.stringify(event))).toEqual({ event, problems: undefined })
  })

  it('keeps the fields of data in the order of the body', () => {
    const data = Object.fromEntries(Object.entries({ zebra: 1, ...envelope.data }).toReversed())
    expect(JSON.stringify(parse(JSON.stringify({ ...envelope, data })))).toContain(JSON.stringify(data))
  })

  it('gives no object a prototype from the body', () => {
    const poison = '{"__proto__":{"admin":true},'
    const data = JSON.stringify(envelope.data).replace('{', poison)
    const parsed = parse(
      JSON.stringify({ ...envelope, data: '?' })
        .replace('{', poison)
        .replace('"?"', data),
    )
    expect(parsed).toEqual({ event: envelope, problems: undefined })
    expect(parsed).not.toHaveProperty('event.admin')
    expect(parsed).not.toHaveProperty('event.data.admin')
  })

  it('lists every problem by its path, and quotes no value', () => {
    expect(parse(JSON.stringify({ event: 'hunter2', event_id: 'hunter2', timestamp: 7 }))).toEqual({
      event: undefined,
      problems:
        'envelope.event_id should have the format uuid; envelope.timestamp should be of type string; envelope.data is missing',
    })
    const data = {
      ...envelope.data,
      scan_job_id: 'hunter2',
      passed: 38.5,
      failed: undefined,
      score: 'hunter2',
    }
    expect(parse(JSON.stringify({ ...envelope, data }))).toMatchObject({
      problems:
        'scan.completed: data.scan_job_id should have the format uuid; data.passed should be of type int; data.failed is missing; data.score should be of type number',
    })
  })
})

function parse(body: string): ReturnType<typeof parseEnvelope> | { problems: string | undefined } {
  const parsed = parseEnvelope(new TextEncoder().encode(body))
  return parsed.event ? { event: parsed.event, problems: findDataProblems(parsed.event) } : parsed
}
