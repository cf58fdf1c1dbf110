import { describe, expect, expectTypeOf, it } from 'vitest'
import * as z from 'zod/mini'
import { eventCatalog } from './catalog.ts'
import { publishedEventSchemas, receivedEventSchemas } from './event-schemas.ts'
import { type EventType, eventTypes, type PublishedData, type ReceivedData } from './event.ts'

const scanCompleted = {
  scan_job_id: '3f0e7c52-8c0b-4a57-9d2e-5b1f6f0f7a11',
  total_controls: 49,
  passed: 38,
  failed: 11,
  score: 77.6,
}
const controlFailed = {
  control_id: 'CC6.1',
  framework: 'SOC 2',
  previous_status: 'passed',
  new_status: 'failed',
}

describe('the event schemas', () => {
  it('are those of the event types, in the same order', () => {
    expect(Object.keys(publishedEventSchemas)).toEqual([...eventTypes])
    expect(Object.keys(receivedEventSchemas)).toEqual([...eventTypes])
  })

  it.each([
    ['scan.completed', scanCompleted],
    ['compliance.control_failed', controlFailed],
  ] as const)('accept what the product page documents for %s', (type, data) => {
    expect(problems('published', type, data)).toEqual([])
    expect(problems('received', type, data)).toEqual([])
  })

  it.each(eventTypes)('keep fields of %s that they do not know', (type) => {
    const data = { ...eventCatalog[type].example, added_later: { any: ['thing'] } }
    expect(publishedEventSchemas[type].parse(data)).toEqual(data)
    expect(receivedEventSchemas[type].parse(data)).toEqual(data)
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
  ] as const)('insist, on both ends, that %s has %s', (type, name) => {
    const data: Record<string, unknown> = { ...eventCatalog[type].example }
    delete data[name]
    expect(problems('published', type, data)).toMatchObject([{ path: name, input: undefined }])
    expect(problems('received', type, data)).toMatchObject([{ path: name, input: undefined }])
  })

  it.each([
    ['scan.failed', {}],
    ['scan.failed', { error: {} }],
    ['compliance.score_changed', {}],
    ['evidence.uploaded', {}],
    ['integration.disconnected', { affected_controls: [{}], reason: {} }],
  ] as const)('let a sender leave nothing out of %s, and a receiver do without: %j', (type, data) => {
    expect(problems('published', type, data)).not.toEqual([])
    expect(problems('received', type, data)).toEqual([])
  })

  it.each([
    ['scan.completed', { scan_job_id: 'scan-1' }, 'scan_job_id', 'invalid_format'],
    ['scan.completed', { total_controls: 49.5 }, 'total_controls', 'invalid_type'],
    ['scan.completed', { passed: '38' }, 'passed', 'invalid_type'],
    ['scan.completed', { failed: null }, 'failed', 'invalid_type'],
    // JSON has no infinity, but JSON.parse makes one of 1e400.
    ['scan.completed', { score: Infinity }, 'score', 'invalid_type'],
    ['compliance.control_failed', { framework: null }, 'framework', 'invalid_type'],
    ['compliance.score_changed', { framework: 2 }, 'framework', 'invalid_type'],
    ['scan.failed', { error: 'timeout' }, 'error', 'invalid_type'],
    ['scan.failed', { error: ['timeout'] }, 'error', 'invalid_type'],
    ['scan.failed', { error: { code: 5, message: '' } }, 'error.code', 'invalid_type'],
    ['scan.failed', { started_at: 'noon' }, 'started_at', 'invalid_format'],
    ['integration.disconnected', { affected_controls: {} }, 'affected_controls', 'invalid_type'],
    [
      'integration.disconnected',
      {
        affected_controls: [
          { control_id: 'CC6.1', framework: 'SOC 2' },
          { control_id: 6, framework: '' },
        ],
      },
      'affected_controls.1.control_id',
      'invalid_type',
    ],
  ] as const)('find, on both ends, the field that is wrong in %s: %j', (type, change, path, code) => {
    const data = { ...eventCatalog[type].example, ...change }
    expect(problems('published', type, data)).toMatchObject([{ path, code }])
    expect(problems('received', type, data)).toMatchObject([{ path, code }])
  })

  it('find every field that is wrong', () => {
    const data = { ...scanCompleted, passed: '38', score: '77.6' }
    expect(problems('received', 'scan.completed', data)).toMatchObject([
      { path: 'passed' },
      { path: 'score' },
    ])
  })

  it.each([null, 'text', [], 42])('accept no data that is %j', (data) => {
    expect(problems('received', 'scan.failed', data)).toMatchObject([{ path: '', code: 'invalid_type' }])
  })

  it('are composed with others', () => {
    const job = z.object({ assignee: z.string(), data: receivedEventSchemas['compliance.control_failed'] })
    expectTypeOf<z.infer<typeof job>['data']['control_id']>().toEqualTypeOf<string>()
    expect(job.parse({ assignee: 'dana', data: controlFailed })).toEqual({
      assignee: 'dana',
      data: controlFailed,
    })

    const control = z.pick(publishedEventSchemas['compliance.control_failed'], {
      control_id: true,
      framework: true,
    })
    expectTypeOf<Declared<z.infer<typeof control>>>().toEqualTypeOf<
      Pick<PublishedData['compliance.control_failed'], 'control_id' | 'framework'>
    >()
    expect(control.safeParse({ control_id: 'CC6.1' }).success).toBe(false)
  })
})

// Compiling these is the test: a field that only one of the two has, or that differs in anything, is an error.
describe('the interfaces of events', () => {
  it('have exactly the fields that the schemas infer', () => {
    type Published = { readonly [Type in EventType]: z.infer<(typeof publishedEventSchemas)[Type]> }
    expectTypeOf<Declared<Published>>().toEqualTypeOf<{ readonly [Type in EventType]: PublishedData[Type] }>()
    type Received = { readonly [Type in EventType]: z.infer<(typeof receivedEventSchemas)[Type]> }
    expectTypeOf<Declared<Received>>().toEqualTypeOf<{ readonly [Type in EventType]: ReceivedData[Type] }>()
  })
})

/** What a schema infers, without the index signatures of open objects, and as immutable as the interfaces. */
type Declared<Value> = Value extends readonly (infer Element)[]
  ? readonly Declared<Element>[]
  : Value extends object
    ? { readonly [Name in keyof Value as string extends Name ? never : Name]: Declared<Value[Name]> }
    : Value

function problems(as: 'published' | 'received', type: EventType, data: unknown): readonly object[] {
  const schema = { published: publishedEventSchemas, received: receivedEventSchemas }[as][type]
  const { error } = schema.safeParse(data, { reportInput: true })
  return error?.issues.map(({ path, ...issue }) => ({ ...issue, path: path.join('.') })) ?? []
}
