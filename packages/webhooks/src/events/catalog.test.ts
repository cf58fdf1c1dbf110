import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { checkEventData, eventCatalog } from './catalog.ts'
import { eventTypes } from './event.ts'
import type { Schema } from './schema.ts'

const uuid = '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11'
const scanCompleted = { scan_job_id: uuid, total_controls: 49, passed: 38, failed: 11, score: 77.6 }
const controlFailed = {
  control_id: 'CC6.1',
  framework: 'SOC 2',
  previous_status: 'passed',
  new_status: 'failed',
}

describe('the catalog', () => {
  it('lists the same types, in the same order, as eventTypes', () => {
    expect(Object.keys(eventCatalog)).toEqual([...eventTypes])
  })

  it.each(eventTypes)('publishes and receives its own example of %s', (type) => {
    const { example } = eventCatalog[type]
    expect(checkEventData(type, example, 'published')).toEqual([])
    expect(checkEventData(type, example, 'received')).toEqual([])
  })

  it.each(eventTypes)('gives every field of the example of %s a schema, and the other way round', (type) => {
    const { data, example } = eventCatalog[type]
    expect(fieldsOf(data)).toEqual(pathsIn(example))
  })

  it.each(eventTypes)('requires every field that it publishes in %s', (type) => {
    const { required, properties } = eventCatalog[type].data
    expect(required).toEqual(Object.keys(properties))
  })

  it.each(['compliance', 'evidence', 'integration', 'scan'])(
    'describes each field of %s.ts in the same words in its schema and in its interface',
    (family) => {
      const source = readFileSync(new URL(`${family}.ts`, import.meta.url), 'utf8')
      const comments = [...source.matchAll(/\/\*\* (.+) \*\/\n +readonly (\w+):/g)]
      const inInterfaces = comments.map(([, text, name]) => `${name}: ${text}`)
      const schemas = eventTypes
        .map((type) => eventCatalog[type])
        .filter(({ title }) => source.includes(`title: '${title}'`))
      expect(schemas.flatMap(({ data }) => descriptionsIn(data)).toSorted()).toEqual(inInterfaces.toSorted())
    },
  )
})

describe('checkEventData', () => {
  it.each([
    ['scan.completed', scanCompleted],
    ['compliance.control_failed', controlFailed],
  ] as const)('accepts what the product page documents for %s', (type, data) => {
    expect(checkEventData(type, data, 'published')).toEqual([])
    expect(checkEventData(type, data, 'received')).toEqual([])
  })

  it.each(eventTypes)('accepts fields of %s that it does not know', (type) => {
    const data = { ...eventCatalog[type].example, added_later: { any: ['thing'] } }
    expect(checkEventData(type, data, 'published')).toEqual([])
    expect(checkEventData(type, data, 'received')).toEqual([])
  })

  it.each([
    ['scan.completed', 'scan_job_id'],
    ['scan.completed', 'total_controls'],
    ['scan.completed', 'passed'],
    ['scan.completed', 'failed'],
    ['scan.completed', 'score'],
    ['compliance.control_failed', 'control_id'],
    ['compliance.control_failed', 'framework'],
    ['compliance.control_failed', 'previous_status'],
    ['compliance.control_failed', 'new_status'],
  ] as const)('insists, on both ends, that %s has %s', (type, name) => {
    const data: Record<string, unknown> = { ...eventCatalog[type].example }
    delete data[name]
    expect(checkEventData(type, data, 'published')).toEqual([`data.${name} is missing`])
    expect(checkEventData(type, data, 'received')).toEqual([`data.${name} is missing`])
  })

  it.each([
    ['scan.failed', {}],
    ['scan.failed', { error: {} }],
    ['compliance.score_changed', {}],
    ['evidence.uploaded', {}],
    ['integration.disconnected', { affected_controls: [{}], reason: {} }],
  ] as const)('lets a sender leave nothing out of %s, and a receiver do without: %j', (type, data) => {
    expect(checkEventData(type, data, 'published')).not.toEqual([])
    expect(checkEventData(type, data, 'received')).toEqual([])
  })

  it.each([
    [
      'scan.completed',
      { scan_job_id: 'scan-1' },
      'data.scan_job_id should be of type string with the format uuid',
    ],
    ['scan.completed', { total_controls: 49.5 }, 'data.total_controls should be of type integer'],
    ['scan.completed', { passed: '38' }, 'data.passed should be of type integer'],
    ['scan.completed', { failed: null }, 'data.failed should be of type integer'],
    ['scan.completed', { score: Infinity }, 'data.score should be of type number'],
    ['compliance.control_failed', { framework: null }, 'data.framework should be of type string'],
    ['compliance.score_changed', { framework: 2 }, 'data.framework should be of type string or null'],
    ['scan.failed', { error: 'timeout' }, 'data.error should be an object'],
    ['scan.failed', { error: ['timeout'] }, 'data.error should be an object'],
    ['scan.failed', { error: { code: 5, message: '' } }, 'data.error.code should be of type string'],
    [
      'scan.failed',
      { started_at: 'noon' },
      'data.started_at should be of type string with the format date-time',
    ],
    ['integration.disconnected', { affected_controls: {} }, 'data.affected_controls should be an array'],
    [
      'integration.disconnected',
      {
        affected_controls: [
          { control_id: 'CC6.1', framework: 'SOC 2' },
          { control_id: 6, framework: '' },
        ],
      },
      'data.affected_controls.1.control_id should be of type string',
    ],
  ] as const)('names the field that is wrong in %s: %j', (type, change, problem) => {
    const data = { ...eventCatalog[type].example, ...change }
    expect(checkEventData(type, data, 'published')).toEqual([problem])
    expect(checkEventData(type, data, 'received')).toEqual([problem])
  })

  it('names every field that is wrong', () => {
    const data = { ...scanCompleted, passed: '38', score: '77.6' }
    expect(checkEventData('scan.completed', data, 'received')).toHaveLength(2)
  })

  it.each([[null], ['text'], [[]], [42]])('accepts no data that is %j', (data) => {
    expect(checkEventData('scan.failed', data, 'received')).toEqual(['data should be an object'])
  })
})

/** The dotted paths of all fields, in order; the fields of array elements follow those of the array. */
function fieldsOf(schema: Schema, path = ''): string[] {
  if (schema.type === 'array') return fieldsOf(schema.items, path)
  if (schema.type !== 'object') return []
  return Object.entries(schema.properties).flatMap(([name, property]) => [
    `${path}${name}`,
    ...fieldsOf(property, `${path}${name}.`),
  ])
}

function pathsIn(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return pathsIn(value[0], path)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, field]) => [
    `${path}${name}`,
    ...pathsIn(field, `${path}${name}.`),
  ])
}

function descriptionsIn(schema: Schema): string[] {
  if (schema.type === 'array') return descriptionsIn(schema.items)
  if (schema.type !== 'object') return []
  return Object.entries(schema.properties).flatMap(([name, property]) => [
    `${name}: ${property.description}`,
    ...descriptionsIn(property),
  ])
}
