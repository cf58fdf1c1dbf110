import { createReceiver, isEventType, type ReceivedRequest } from '@complywise/webhooks'
import { around, aroundHandlers, type Flaw, jsonOf, replying, replyOf } from './flaw.ts'

const envelopeFields = new Set(['event', 'event_id', 'timestamp', 'data'])

/** Mistakes in what is expected of an event, and which handler gets it. */
export const eventFlaws: readonly Flaw[] = [
  {
    name: 'looks for handlers in an object, which has a prototype',
    create: replying((reply, request) => (typeOf(request) in {} ? replyOf(200, 'ignored') : reply)),
    fails: ['an event of the type *'],
  },
  {
    name: 'fails on a type that nobody knows',
    create: around(async (request, next) =>
      request.url === '/typed' && !isEventType(typeOf(request)) ? replyOf(500, 'failed') : next(request),
    ),
    fails: ['an event of a type in nobody’s catalog reaches the handler for those', 'an event of the type *'],
  },
  {
    name: 'answers 404 where there is no handler',
    create: replying((reply, { url }) =>
      url === '/typed' && reply.body.includes('ignored') ? replyOf(404, 'not_found') : reply,
    ),
    fails: ['an event that no handler is registered for is answered 200 ignored'],
  },
  {
    name: 'runs every handler for every event',
    create: (options) => {
      const receiver = createReceiver(options)
      return {
        ...receiver,
        on(_type, handler, handlerOptions) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the mistake is that it is not of that type.
          receiver.onAny((event, context) => handler(event as never, context), handlerOptions)
          return this
        },
        onUnknown(handler, handlerOptions) {
          receiver.onUnknown(handler, handlerOptions)
          return this
        },
      }
    },
    fails: [
      'scan.completed reaches the handlers of its type, and no others',
      'compliance.control_failed reaches the handlers of its type, and no others',
      'an event of a type in nobody’s catalog reaches the handler for those',
      'an event of the type *',
      'an event that no handler is registered for is answered 200 ignored',
    ],
  },
  {
    name: 'does not look at data',
    create: (options) => createReceiver(options).onInvalid(() => undefined),
    fails: [
      'scan.completed without its *',
      'compliance.control_failed without its *',
      'a documented field of another type: 422',
    ],
  },
  {
    name: 'refuses wrong data although there is a handler for it',
    create: around(async (request, next) =>
      request.url === '/invalid' ? replyOf(422, 'invalid') : next(request),
    ),
    fails: ['an event with wrong data goes to the handler for those, where there is one'],
  },
  {
    name: 'requires what nobody documented',
    create: around(async (request, next, receiver) => {
      const { verified } = await receiver.verify(request)
      const isBare = isEventType(typeOf(request)) && Object.keys(Object(dataOf(request))).length === 0
      return verified && isBare ? replyOf(422, 'invalid') : next(request)
    }),
    fails: [
      'scan.failed without any data',
      'compliance.score_changed without any data',
      'evidence.uploaded without any data',
      'integration.disconnected without any data',
      'an event that no handler is registered for is answered 200 ignored',
    ],
  },
  {
    name: 'refuses fields that it does not know',
    create: around(async (request, next, receiver) => {
      const { verified } = await receiver.verify(request)
      const isStrict = Object.keys(Object(jsonOf(request))).every((name) => envelopeFields.has(name))
      return verified && !isStrict ? replyOf(422, 'invalid') : next(request)
    }),
    fails: ['fields that are in no schema pass, and reach the handler'],
  },
  {
    name: 'keeps fields that it does not know from handlers',
    create: aroundHandlers((handler) => (event, context) => {
      const known = Object.entries(event).filter(([name]) => envelopeFields.has(name))
      return handler(Object.assign(event, { tenant: undefined }, Object.fromEntries(known)), context)
    }),
    fails: ['fields that are in no schema pass, and reach the handler'],
  },
  {
    name: 'lets data set its own prototype',
    create: around(async (request, next) => {
      const data: unknown = Object.assign({}, dataOf(request))
      return Object.getPrototypeOf(data) === Object.prototype ? next(request) : replyOf(500, 'failed')
    }),
    fails: ['data with a key __proto__ changes no prototype'],
  },
]

function typeOf(request: ReceivedRequest): string {
  return String(Object(jsonOf(request)).event)
}

function dataOf(request: ReceivedRequest): unknown {
  return Object(jsonOf(request)).data
}
