import { eventCatalog } from '../../src/events/catalog.ts'
import { type EventType, eventTypes } from '../../src/events/event.ts'
import { headerNames } from '../../src/wire/headers.ts'
import { about, signatureScheme, wireVersion } from './about.ts'
import { type Answer, answers, reaction } from './answers.ts'
import { eventSchema, schemaName, sentence } from './event-schema.ts'
import { exampleEvent, exampleHeaders } from './example.ts'
import { headers } from './headers.ts'

/** The events as messages that ComplyWise sends, in AsyncAPI 3.0. */
export async function asyncApiDocument(): Promise<object> {
  const messages = await Promise.all(eventTypes.map(async (type) => [type, await message(type)]))
  const replies = answers.map((answer) => [String(answer.status), reply(answer)])
  return {
    asyncapi: '3.0.0',
    info: { title: 'ComplyWise webhooks', version: wireVersion, description: about },
    defaultContentType: 'application/json',
    channels: {
      endpoint: {
        address: null,
        title: 'Endpoint',
        description: "The URL of a subscription, which is the subscriber's.",
        messages: refs('#/components/messages', eventTypes),
      },
      answer: {
        address: null,
        title: 'Answer',
        description:
          'The HTTP response to an attempt. Any other status is a failed attempt, which is made again.',
        messages: refs('#/components/messages', statuses),
      },
    },
    operations: {
      deliver: {
        action: 'send',
        title: 'Deliver an event',
        channel: { $ref: '#/channels/endpoint' },
        messages: Object.values(refs('#/channels/endpoint/messages', eventTypes)),
        security: [{ $ref: '#/components/securitySchemes/signature' }],
        bindings: { http: { method: 'POST', bindingVersion: '0.3.0' } },
        reply: {
          channel: { $ref: '#/channels/answer' },
          messages: Object.values(refs('#/channels/answer/messages', statuses)),
        },
      },
    },
    components: {
      schemas: {
        ...Object.fromEntries(eventTypes.map((type) => [schemaName(type), eventSchema(type)])),
        Headers: headersSchema(),
      },
      messages: Object.fromEntries([...messages, ...replies]),
      securitySchemes: {
        signature: {
          type: 'httpApiKey',
          in: 'header',
          name: headers[headerNames.signature].name,
          description: signatureScheme,
        },
      },
    },
  }
}

const statuses = answers.map(({ status }) => String(status))

function refs(path: string, names: readonly string[]): Readonly<Record<string, object>> {
  return Object.fromEntries(names.map((name) => [name, { $ref: `${path}/${name}` }]))
}

async function message(type: EventType): Promise<object> {
  const { title, meaning } = eventCatalog[type]
  const payload = exampleEvent(type)
  const values = new Map(Object.entries(await exampleHeaders(payload)))
  const sent = Object.values(headers).map(({ name }) => [name, values.get(name.toLowerCase())])
  return {
    name: type,
    title,
    summary: sentence(meaning),
    headers: { $ref: '#/components/schemas/Headers' },
    payload: { $ref: `#/components/schemas/${schemaName(type)}` },
    correlationId: { location: '$message.payload#/event_id' },
    examples: [{ name: 'example', headers: Object.fromEntries(sent), payload }],
  }
}

function headersSchema(): object {
  const fields = Object.values(headers).map(({ name, description, schema }) => [
    name,
    { description, ...schema },
  ])
  const required = Object.values(headers).filter(({ isRequired }) => isRequired)
  return {
    type: 'object',
    properties: Object.fromEntries(fields),
    required: required.map(({ name }) => name),
  }
}

function reply({ status, when, words, hasRetryAfter }: Answer): object {
  const retryAfter = { description: 'Seconds to wait, or the date to wait for.', type: 'string' }
  return {
    name: String(status),
    summary: `Given when ${when}. ${reaction(status)}`,
    ...(hasRetryAfter && { headers: { type: 'object', properties: { 'Retry-After': retryAfter } } }),
    ...(words.length > 0 && {
      payload: {
        type: 'object',
        properties: { status: { type: 'string', enum: words } },
        required: ['status'],
      },
    }),
    bindings: { http: { statusCode: status, bindingVersion: '0.3.0' } },
  }
}
