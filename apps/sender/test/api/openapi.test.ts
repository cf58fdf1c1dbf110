import { eventCatalog, eventJsonSchema, eventTypes } from '@complywise/webhooks'
import { Validator } from '@seriousme/openapi-schema-validator'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { fieldErrorCodes } from '../../src/http/field-error.ts'
import { problems } from '../../src/http/problems.ts'
import { type OpenApi, readOpenApi } from './support/contract.ts'
import { startApi, type TestApi } from './support/start-api.ts'

let api: TestApi
let document: OpenApi

beforeAll(async () => {
  api = await startApi()
  document = await readOpenApi(api.origin)
})
afterAll(() => api.close())

function operations() {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ ...operation, path, method })),
  )
}

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate({ ...document })
    expect({ valid, errors, version: validator.version }).toEqual({
      valid: true,
      errors: undefined,
      version: '3.1',
    })
  })

  it('gives every operation an id of its own, one tag, a summary and a description', () => {
    const all = operations()
    expect(new Set(all.map(({ operationId }) => operationId)).size).toBe(all.length)
    for (const operation of all) {
      expect(operation).toMatchObject({
        operationId: expect.stringMatching(/^[a-z]+[A-Za-z]+$/),
        tags: [expect.any(String)],
        summary: expect.stringMatching(/^[A-Z].*[^.]$/),
        description: expect.stringMatching(/\.$/),
      })
    }
  })

  it('refers to nothing that it does not contain, and contains no component that nothing refers to', () => {
    const text = JSON.stringify(document)
    const referred = Array.from(text.matchAll(/#\/components\/schemas\/(\w+)/g), ([, name]) => name)
    expect(new Set(referred)).toEqual(new Set(Object.keys(document.components.schemas)))
  })

  it('lists the statuses that each operation answers with', () => {
    const statuses = operations().map(({ operationId, responses }) => [
      operationId,
      Object.keys(responses).join(' '),
    ])
    expect(Object.fromEntries(statuses)).toMatchInlineSnapshot(`
      {
        "cancelRecoverJob": "200 400 401 403 404 413 415 429 500 503",
        "changeSubscription": "200 400 401 403 404 412 413 415 422 429 500 503",
        "checkEndpoint": "200 400 401 403 413 415 422 429 500 503",
        "checkSignature": "200 400 401 403 404 409 413 415 422 429 500 503",
        "createKey": "201 400 401 403 413 415 422 429 500 503",
        "createSession": "201 400 401 403 413 415 422 429 500 503",
        "createSubscription": "201 400 401 403 409 413 415 422 429 500 503",
        "deleteSubscription": "204 400 401 403 404 412 413 415 429 500 503",
        "dryRunEvent": "200 400 401 403 409 413 415 422 429 500 503",
        "enableSubscription": "200 400 401 403 404 409 412 413 415 429 500 503",
        "endSession": "204 400 403 413 415 429 500 503",
        "getDelivery": "200 400 401 403 404 429 500 503",
        "getDeliveryStatistics": "200 400 401 403 422 429 500 503",
        "getEvent": "200 400 401 403 404 429 500 503",
        "getLiveness": "200 400 500",
        "getOpenApi": "200 400 500",
        "getReadiness": "200 400 500 503",
        "getRecoverJob": "200 400 401 403 404 429 500 503",
        "getSession": "200 400 401 403 429 500 503",
        "getSubscription": "200 304 400 401 403 404 429 500 503",
        "getSubscriptionStatistics": "200 400 401 403 422 429 500 503",
        "listAuditEntries": "200 400 401 403 422 429 500 503",
        "listDeliveries": "200 400 401 403 422 429 500 503",
        "listEventTypes": "200 400 401 403 429 500 503",
        "listKeys": "200 400 401 403 422 429 500 503",
        "listRecoverJobs": "200 400 401 403 422 429 500 503",
        "listSubscriptions": "200 400 401 403 422 429 500 503",
        "listTransitions": "200 400 401 403 404 422 429 500 503",
        "pauseSubscription": "200 400 401 403 404 409 412 413 415 429 500 503",
        "publishBatch": "200 400 401 403 413 415 422 429 500 503",
        "publishEvent": "202 400 401 403 409 413 415 422 429 500 503",
        "recover": "200 202 400 401 403 404 409 413 415 422 429 500 503",
        "redeliver": "200 201 400 401 403 404 409 413 415 429 500 503",
        "resumeSubscription": "200 400 401 403 404 409 412 413 415 429 500 503",
        "revokeKey": "200 400 401 403 404 413 415 429 500 503",
        "rotateSecret": "200 400 401 403 404 409 412 413 415 422 429 500 503",
        "testSubscription": "200 400 401 403 404 413 415 422 429 500 503",
        "watchDeliveries": "200 400 401 403 422 429 500 503",
      }
    `)
  })

  it('has an example of every request body and of every answer', () => {
    const lacking = operations().flatMap(({ operationId, requestBody, responses }) => {
      const success = Object.entries(responses).filter(([status]) => status < '300')
      const contents = [requestBody?.content, ...success.map(([, { content }]) => content)]
      const refs = JSON.stringify(contents).matchAll(/"#\/components\/schemas\/(\w+)"/g)
      return Array.from(refs, ([, name = '']) => name)
        .filter(
          (name) => !name.endsWith('Page') && !('examples' in (document.components.schemas[name] ?? {})),
        )
        .map((name) => `${operationId}: ${name}`)
    })
    expect(lacking).toEqual([])
  })
})

describe('the data of a published event in the OpenAPI document', () => {
  it.each(eventTypes)('has every field of %s with its description', (type) => {
    const variants: unknown = Reflect.get(document.components.schemas['PublishEventInput'] ?? {}, 'oneOf')
    const { title } = eventCatalog[type]
    expect(variants).toContainEqual(
      expect.objectContaining({
        title,
        properties: expect.objectContaining({ data: expect.objectContaining(eventJsonSchema(type)) }),
      }),
    )
  })
})

describe('the examples in the OpenAPI document', () => {
  it.each([
    { component: 'CreateSubscriptionInput', path: '/api/webhooks', role: 'admin', status: 201, count: 3 },
    { component: 'PublishEventInput', path: '/api/events', role: 'publisher', status: 202, count: 6 },
  ] as const)('of $component work when they are sent', async ({ component, path, role, status, count }) => {
    const schema: { readonly examples?: readonly unknown[] } = document.components.schemas[component] ?? {}
    const statuses = []
    for (const json of schema.examples ?? []) {
      statuses.push((await api.call('POST', path, { key: api.keys[role], json })).status)
    }
    expect(statuses).toEqual(Array.from({ length: count }, () => status))
  })
})

describe('the codes', () => {
  it('each have a title and a remedy in sentences', () => {
    for (const problem of Object.values(problems)) {
      expect(problem).toEqual({
        status: expect.toSatisfy((status: number) => status >= 400 && status < 600),
        title: expect.stringMatching(/^[A-Z].*[^.]$/),
        remedy: expect.stringMatching(/^[A-Z].*\.$/),
      })
    }
    expect(Object.values(fieldErrorCodes)).toEqual(
      Object.keys(fieldErrorCodes).map(() => expect.stringMatching(/^[A-Z].*\.$/)),
    )
  })
})
