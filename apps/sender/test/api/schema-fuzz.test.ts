import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readOpenApi } from './support/contract.ts'
import { type JsonSchema, type Resolve, schemaArbitrary } from './support/schema-arbitrary.ts'
import { type Answer, startApi, type TestApi } from './support/start-api.ts'

/** For each operation; `FUZZ_CASES=5000` for a night. */
const CASES = Number(process.env['FUZZ_CASES'] ?? 40)

/** Streams do not end; what they answer is tested where they are. */
const STREAMS = new Set(['streamDeliveries', 'watchDeliveries', 'liveDeliveries'])

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly schema: JsonSchema
}

interface Operation {
  readonly operationId: string
  readonly security: readonly Readonly<Record<string, readonly string[]>>[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>> }
}

interface Case {
  readonly path: Readonly<Record<string, unknown>>
  readonly query: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

let api: TestApi
let operations: readonly {
  readonly method: string
  readonly template: string
  readonly operation: Operation
}[]
let resolve: Resolve
const ids: string[] = []
const statuses = new Map<string, Set<number>>()

beforeAll(async () => {
  api = await startApi()
  const document: any = await readOpenApi(api.origin) // oxlint-disable-line typescript/no-explicit-any -- walked by JSON pointers
  resolve = (ref) =>
    ref
      .slice(2)
      .split('/')
      .reduce((node, name) => node[name], document)
  operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(([template, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      method: method.toUpperCase(),
      template,
      operation,
    })),
  )
  await seed()
}, 60_000)

afterAll(() => api.close())

/** Something of every kind for the ids to name. */
async function seed(): Promise<void> {
  const { admin, publisher } = api.keys
  for (const events of [['*'], ['scan.completed']]) {
    const { body } = await api.call('POST', '/api/webhooks', {
      key: admin,
      json: { url: 'https://example.com/hook', events },
    })
    ids.push(body.id)
  }
  const data = { scan_job_id: crypto.randomUUID(), total_controls: 1, passed: 1, failed: 0, score: 100 }
  const { body } = await api.call('POST', '/api/events', {
    key: publisher,
    json: { event: 'scan.completed', data },
  })
  ids.push(body.event_id)
  const log = await api.call('GET', '/api/deliveries', { key: admin })
  ids.push(...log.body.data.map((delivery: { readonly id: string }) => delivery.id))
}

describe('requests made from the API’s own description', () => {
  it(
    `are never answered with a failure of the server, ${CASES} for each operation`,
    { timeout: 60_000 + CASES * 2000 },
    async () => {
      for (const { method, template, operation } of operations) {
        if (STREAMS.has(operation.operationId)) continue
        await fc.assert(
          fc.asyncProperty(caseArbitrary(operation), async (values) => {
            const answer = await send(method, template, operation, values)
            const seen = statuses.get(operation.operationId) ?? new Set()
            statuses.set(operation.operationId, seen.add(answer.status))
            expect(answer.status >= 500 ? `${method} ${template}: ${answer.text}` : '').toBe('')
          }),
          { numRuns: CASES, seed: 20_260_301 },
        )
      }
    },
  )

  it('reach every operation, and most of them with success', () => {
    const fuzzed = operations.filter(({ operation }) => !STREAMS.has(operation.operationId))
    expect([...statuses.keys()].toSorted()).toEqual(
      fuzzed.map(({ operation }) => operation.operationId).toSorted(),
    )
    const succeeded = [...statuses.values()].filter((seen) => [...seen].some((status) => status < 300))
    expect(succeeded.length).toBeGreaterThan(fuzzed.length * 0.6)
  })
})

function caseArbitrary({ parameters = [], requestBody }: Operation): fc.Arbitrary<Case> {
  const of = (place: string) =>
    fc.record(
      Object.fromEntries(
        parameters
          .filter((parameter) => parameter.in === place)
          .map(({ name, required, schema }) => [
            name,
            fc.option(arbitraryOf(schema), { freq: required === true ? 30 : 2, nil: undefined }),
          ]),
      ),
    )
  const schema = requestBody?.content['application/json']?.schema
  return fc.record({
    path: of('path'),
    query: of('query'),
    headers: of('header'),
    body: schema === undefined ? fc.constant(undefined) : arbitraryOf(schema),
  })
}

function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return schemaArbitrary(schema, resolve, () => ids)
}

async function send(method: string, template: string, operation: Operation, values: Case): Promise<Answer> {
  const { path, query, headers, body } = values
  const filled = template.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(textOf(path[name]) || 'x'),
  )
  const search = new URLSearchParams(
    Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]): [string, string] => [name, textOf(value)]),
  )
  const role = operation.security.flatMap((scheme) => Object.values(scheme).flat())[0]
  const answer = await api.call(method, search.size === 0 ? filled : `${filled}?${search.toString()}`, {
    ...(role === 'admin' || role === 'member' || role === 'publisher' ? { key: api.keys[role] } : {}),
    ...(body === undefined ? {} : { json: body }),
    headers: Object.fromEntries(
      Object.entries(headers).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, headerTextOf(value)]],
      ),
    ),
  })
  const id: unknown = answer.body?.id
  if (answer.status === 201 && typeof id === 'string' && ids.length < 1000) ids.push(id)
  return answer
}

function textOf(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return text.toWellFormed().slice(0, 500)
}

// fetch refuses to send anything else.
function headerTextOf(value: unknown): string {
  return textOf(value).replaceAll(/[^\t\x20-\x7e]/g, '')
}
