import { readFileSync } from 'node:fs'
import specs from '@asyncapi/specs'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { answers } from '../../scripts/artifacts/answers.ts'
import { exampleSecret } from '../../scripts/artifacts/example.ts'
import type { RejectionCode } from '../../src/errors.ts'
import { eventTypes } from '../../src/events/event.ts'
import type { Outcome } from '../../src/receive/outcome.ts'
import { outcomeReply, rejectionReply } from '../../src/receive/reply.ts'
import { headerNames, verify } from '../../src/wire/index.ts'

interface OpenApi extends Record<string, unknown> {
  readonly webhooks: Readonly<Record<string, { readonly post: Operation }>>
  readonly components: { readonly parameters: Readonly<Record<string, { readonly name: string }>> }
}

interface Operation {
  readonly operationId: string
  readonly parameters: readonly { readonly $ref: string }[]
  readonly responses: Readonly<Record<string, unknown>>
}

interface AsyncApi {
  readonly components: { readonly messages: Readonly<Record<string, Message>> }
}

interface Message {
  readonly examples?: readonly {
    readonly headers: Readonly<Record<string, string>>
    readonly payload: object
  }[]
}

const openApi: OpenApi = JSON.parse(read('openapi.json'))
const asyncApi: AsyncApi = JSON.parse(read('asyncapi.json'))

describe('the OpenAPI document', () => {
  it('is valid OpenAPI 3.1', async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate({ ...openApi })
    expect({ valid, errors, version: validator.version }).toEqual({
      valid: true,
      errors: undefined,
      version: '3.1',
    })
  })

  it('has a webhook for each type of event, with every header and every status', () => {
    expect(Object.keys(openApi.webhooks)).toEqual([...eventTypes])
    for (const { post } of Object.values(openApi.webhooks)) {
      const names = post.parameters.map(({ $ref }) =>
        $ref.replace('#/components/parameters/', '').toLowerCase(),
      )
      expect(names).toEqual([...Object.values(headerNames), 'user-agent'])
      expect(Object.keys(post.responses)).toEqual([...answers.map(({ status }) => String(status)), 'default'])
    }
  })
})

describe('the AsyncAPI document', () => {
  it('is valid AsyncAPI 3.0', () => {
    // Formats that a draft-07 validator has to be taught are of no use to a document without such values.
    const ajv = new Ajv({ strict: false, validateFormats: false })
    const schema: object = specs.schemasWithoutId['3.0.0']
    const accepts = ajv.compile(schema)
    accepts(asyncApi)
    expect(accepts.errors).toBeNull()
    expect(accepts({ ...asyncApi, operations: { deliver: {} } })).toBe(false)
  }, 60_000)

  it('has a message for each type of event and for each status', () => {
    expect(Object.keys(asyncApi.components.messages).toSorted()).toEqual(
      [...eventTypes, ...answers.map(({ status }) => String(status))].toSorted(),
    )
  })

  it.each(eventTypes)('has an example of %s whose signatures are right', async (type) => {
    const [example] = asyncApi.components.messages[type]?.examples ?? []
    const headers = Object.entries(example?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
    const body = new TextEncoder().encode(JSON.stringify(example?.payload))
    expect(await verify({ body, headers: Object.fromEntries(headers), secrets: [exampleSecret] })).toEqual({
      verified: true,
      secretIndex: 0,
      attemptedAt: new Date('2026-03-01T12:00:02Z'),
    })
  })
})

describe.each([
  ['OpenAPI', openApi],
  ['AsyncAPI', asyncApi],
])('the %s document', (_, document) => {
  const refs = Array.from(JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g), ([, path = '']) => path)

  it('refers to nothing that it does not contain', () => {
    const dangling = refs.filter((path) => follow(document, path.split('/')) === undefined)
    expect(refs.length).toBeGreaterThan(10)
    expect(dangling).toEqual([])
  })
})

describe('the answers in the documents', () => {
  it('are those that receivers give, and two that only others give', () => {
    const given = [...rejectionCodes.map(rejectionReply), ...outcomes.map(outcomeReply)]
    expectTypeOf<(typeof rejectionCodes)[number]>().toEqualTypeOf<RejectionCode>()
    expectTypeOf<(typeof outcomes)[number]['kind']>().toEqualTypeOf<Outcome['kind']>()
    const pairs = given.map(({ status, headers, body }) => {
      const { status: word }: { status: string } = JSON.parse(body)
      return `${status} ${word}${'retry-after' in headers ? ', Retry-After' : ''}`
    })
    const documented = answers.flatMap(({ status, words, hasRetryAfter }) =>
      words.map((word) => `${status} ${word}${hasRetryAfter ? ', Retry-After' : ''}`),
    )
    expect(new Set(pairs)).toEqual(new Set(documented))
    expect(answers.filter(({ words }) => words.length === 0).map(({ status }) => status)).toEqual([410, 429])
  })
})

const rejectionCodes = [
  'signature_missing',
  'signature_malformed',
  'signature_mismatch',
  'attempt_signature_malformed',
  'attempt_signature_mismatch',
  'attempt_signature_missing',
  'attempt_too_old',
  'attempt_in_future',
  'event_too_old',
  'event_in_future',
  'method_not_allowed',
  'content_type_unsupported',
  'body_too_large',
  'body_already_parsed',
  'secret_not_found',
  'secret_unavailable',
  'envelope_invalid',
  'data_invalid',
  'shutting_down',
] as const

const outcomes = [
  { kind: 'processed' },
  { kind: 'ignored' },
  { kind: 'duplicate' },
  { kind: 'failed' },
  { kind: 'in_progress', retryAfterMs: 1000 },
  { kind: 'unavailable', retryAfterMs: 1000 },
] as const

function read(name: string): string {
  return readFileSync(new URL(`../../schemas/${name}`, import.meta.url), 'utf8')
}

function follow(document: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path
  return name === undefined ? document : follow(Reflect.get(Object(document), name), rest)
}
