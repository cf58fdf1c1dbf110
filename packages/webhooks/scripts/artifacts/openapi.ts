import { eventCatalog } from '../../src/events/catalog.ts'
import { type EventType, eventTypes } from '../../src/events/event.ts'
import { headerNames } from '../../src/wire/headers.ts'
import { about, signatureScheme, wireVersion } from './about.ts'
import { type Answer, answers, anyOtherAnswer, reaction } from './answers.ts'
import { eventSchema, schemaName, sentence } from './event-schema.ts'
import { exampleEvent, exampleHeaders } from './example.ts'
import { headers } from './headers.ts'

/** The events as webhooks in OpenAPI 3.1. */
export async function openApiDocument(): Promise<object> {
  const values = new Map(Object.entries(await exampleHeaders(exampleEvent('scan.completed'))))
  const parameters = Object.values(headers).map(({ name, description, isRequired, schema }) => {
    const example = values.get(name.toLowerCase())
    return [name, { name, in: 'header', description, required: isRequired, schema, example }]
  })
  return {
    openapi: '3.1.0',
    info: { title: 'ComplyWise webhooks', version: wireVersion, description: about },
    webhooks: Object.fromEntries(eventTypes.map((type) => [type, { post: operation(type) }])),
    components: {
      schemas: Object.fromEntries(eventTypes.map((type) => [schemaName(type), eventSchema(type)])),
      parameters: Object.fromEntries(parameters),
      responses: Object.fromEntries(answers.map((answer) => [String(answer.status), response(answer)])),
      headers: {
        'Retry-After': {
          description: 'Seconds to wait, or the date to wait for. Heeded for at most one hour.',
          schema: { type: 'string' },
          example: '30',
        },
      },
      securitySchemes: {
        signature: {
          type: 'apiKey',
          in: 'header',
          name: headers[headerNames.signature].name,
          description: signatureScheme,
        },
      },
    },
  }
}

function operation(type: EventType): object {
  const { title, meaning } = eventCatalog[type]
  return {
    operationId: `receive${schemaName(type)}`,
    summary: title,
    description: sentence(meaning),
    security: [{ signature: [] }],
    parameters: Object.values(headers).map(({ name }) => ({ $ref: `#/components/parameters/${name}` })),
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: { $ref: `#/components/schemas/${schemaName(type)}` },
          example: exampleEvent(type),
        },
      },
    },
    responses: {
      ...Object.fromEntries(
        answers.map(({ status }) => [String(status), { $ref: `#/components/responses/${status}` }]),
      ),
      default: { description: anyOtherAnswer },
    },
  }
}

function response({ status, when, words, hasRetryAfter }: Answer): object {
  const retryAfter = { headers: { 'Retry-After': { $ref: '#/components/headers/Retry-After' } } }
  return {
    description: `Given when ${when}. ${reaction(status)}`,
    ...(hasRetryAfter && retryAfter),
    ...(words.length > 0 && { content: { 'application/json': { schema: answerSchema(words) } } }),
  }
}

function answerSchema(words: readonly string[]): object {
  return {
    type: 'object',
    properties: { status: { type: 'string', enum: words } },
    required: ['status'],
    examples: words.map((status) => ({ status })),
  }
}
