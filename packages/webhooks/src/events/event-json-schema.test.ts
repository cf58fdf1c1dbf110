import { describe, expect, it } from 'vitest'
import { eventCatalog } from './catalog.ts'
import { eventJsonSchema } from './event-json-schema.ts'
import { eventTypes } from './event.ts'

describe('eventJsonSchema', () => {
  it.each(eventTypes)('describes every field of %s as the catalog does, in its order', (type) => {
    const { description, fields } = eventCatalog[type]
    const schema = eventJsonSchema(type)
    expect(schema.description).toBe(description)
    expect(descriptionsIn(schema)).toEqual(Object.entries(fields))
  })

  it('says what zod cannot see: integers, UUIDs and instants', () => {
    expect(eventJsonSchema('scan.completed').properties).toMatchObject({
      scan_job_id: { type: 'string', format: 'uuid' },
      total_controls: { type: 'integer' },
      score: { type: 'number' },
    })
    expect(eventJsonSchema('integration.disconnected').properties).toMatchObject({
      last_connected_at: { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] },
    })
  })

  it('is a schema of an open object without absent fields, to be part of any document', () => {
    expect(eventJsonSchema('scan.failed')).toEqual({
      description: 'The scan and what stopped it.',
      type: 'object',
      properties: {
        scan_job_id: { description: 'The scan job that stopped, a UUID.', type: 'string', format: 'uuid' },
        error: {
          description: 'What stopped it.',
          type: 'object',
          properties: {
            code: {
              description: 'A stable identifier of the cause, such as `integration_unauthorized`.',
              type: 'string',
            },
            message: { description: 'One English sentence for people.', type: 'string' },
          },
          required: ['code', 'message'],
        },
        started_at: {
          description: 'When the scan job was started, ISO 8601.',
          type: 'string',
          format: 'date-time',
        },
      },
      required: ['scan_job_id', 'error', 'started_at'],
    })
  })

  it('is made anew each time, so that nobody changes that of another', () => {
    Object.assign(eventJsonSchema('scan.completed').properties ?? {}, { score: false })
    expect(eventJsonSchema('scan.completed').properties).toMatchObject({ score: { type: 'number' } })
  })
})

/** The path and the description of every field, in order. */
function descriptionsIn(node: ReturnType<typeof eventJsonSchema>['items'], path = ''): unknown[] {
  if (typeof node !== 'object' || Array.isArray(node)) return []
  const below = Object.entries(node.properties ?? {}).flatMap(([name, field]) => {
    const fieldPath = path === '' ? name : `${path}.${name}`
    const description = typeof field === 'object' ? field.description : undefined
    return [[fieldPath, description], ...descriptionsIn(field, fieldPath)]
  })
  return [...below, ...descriptionsIn(node.items, `${path}[]`)]
}
