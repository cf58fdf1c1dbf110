import {
  type HandlerContext,
  NonRetryableError,
  RetryLaterError,
  type WebhookEvent,
} from '@complywise/webhooks'
import { errorText } from '../fixture/scenario.ts'
import { aroundHandlers, type CreateReceiver, type Flaw, replying, replyOf } from './flaw.ts'

/** Mistakes in what becomes of what a handler throws, and what it is told. */
export const handlerFlaws: readonly Flaw[] = [
  {
    name: 'answers with the text of errors',
    create: replying((reply) =>
      reply.body.includes('failed')
        ? { ...reply, body: JSON.stringify({ error: `Error: ${errorText}` }) }
        : reply,
    ),
    fails: [
      'a handler that throws is answered 500 failed',
      'the text of an error stays here',
      'an event whose handler threw is handled again, and then done',
      'an event that keeps failing is handled each time',
      'a handler that fails keeps none from running',
      'a retry runs only what had not succeeded: *',
    ],
  },
  {
    name: 'answers with the text of errors in a header',
    create: replying((reply) =>
      reply.status === 503 ? { ...reply, headers: { ...reply.headers, 'x-error': errorText } } : reply,
    ),
    fails: ['the text of an error stays here'],
  },
  {
    name: 'answers 200 when a handler failed',
    create: replying((reply) => (reply.body.includes('failed') ? replyOf(200, 'processed') : reply)),
    fails: [
      'a handler that throws is answered 500 failed',
      'an event whose handler threw is handled again, and then done',
      'an event that keeps failing is handled each time',
      'a handler that fails keeps none from running',
      'a retry runs only what had not succeeded: *',
    ],
  },
  {
    name: 'does not let a handler give up',
    create: throwing((error) => (error instanceof NonRetryableError ? new Error(error.message) : error)),
    fails: ['a handler that gives up is answered 200 ignored, and its event is done'],
  },
  {
    name: 'does not let a handler ask for time',
    create: throwing((error) => (error instanceof RetryLaterError ? new Error(error.message) : error)),
    fails: ['a handler that asks for time is answered 503 with Retry-After'],
  },
  {
    name: 'tells milliseconds for seconds',
    create: replying((reply) => {
      const { 'retry-after': seconds, ...headers } = reply.headers
      return seconds === undefined
        ? reply
        : { ...reply, headers: { ...headers, 'retry-after': `${seconds}000` } }
    }),
    fails: ['a handler that asks for time is answered 503 with Retry-After'],
  },
  {
    name: 'does not tell handlers when an event happened',
    create: aroundHandlers((handler) => (event, context) => {
      const { timestamp: _, ...rest } = event
      return handler(Object.assign(rest, { timestamp: '' }), context)
    }),
    fails: [
      'a signed event is handled once and answered 200 processed',
      'a body with letters beyond ASCII',
      'a body with characters beyond the basic plane',
      'a body with escaped letters',
      'a body with half of a surrogate pair',
      'a body with escaped slashes',
      'a body with an escaped zero byte',
      'a body with a number that JSON would print differently',
      'a body with a number of too many digits',
      'a body with odd spacing',
      'a body with carriage returns',
      'a body with a key twice',
      'a body with an empty key',
      'a body with keys out of order',
      'a body with deep nesting',
      'a body with a byte order mark',
      'a body with a line break at its end',
      'a body with blank lines around it',
      'a body of 400 kB',
      'a chunked body, *',
      'a body that comes byte by byte',
      'fields that are in no schema pass, and reach the handler',
      'request.clone().json(): works',
    ],
  },
  {
    name: 'stops at the first handler that fails',
    create: stoppingAtFailure,
    fails: [
      'a handler that fails keeps none from running',
      'a retry runs only what had not succeeded: the first handler',
    ],
  },
  {
    name: 'takes a handler that was interrupted for done',
    create: aroundHandlers((handler) => async (event, context) => {
      try {
        await handler(event, context)
      } catch (error) {
        if (!context.signal.aborted) throw error
      }
    }),
    fails: ['a handler that stops when its client goes is run again'],
  },
  {
    name: 'takes a handler whose client has gone for failed',
    create: aroundHandlers((handler) => async (event, context) => {
      await handler(event, context)
      context.signal.throwIfAborted()
    }),
    fails: ['a handler that succeeds although its client has gone is not run again'],
  },
  {
    name: 'does not say which secret it was',
    create: telling(() => ({ secretId: '0' })),
    fails: ['a receiver accepts each of its secrets, and says which'],
  },
  {
    name: 'does not say whose event it is',
    create: telling(() => ({ tenant: undefined })),
    fails: ['the URL that was asked for finds the tenant'],
  },
]

function throwing(change: (error: unknown) => unknown): CreateReceiver {
  return aroundHandlers((handler) => async (event, context) => {
    try {
      await handler(event, context)
    } catch (error) {
      throw change(error)
    }
  })
}

function telling(change: () => Partial<HandlerContext>): CreateReceiver {
  return aroundHandlers(
    (handler) => (event, context) => handler(event, { ...context, signal: context.signal, ...change() }),
  )
}

function stoppingAtFailure(options: Parameters<CreateReceiver>[0]): ReturnType<CreateReceiver> {
  // The handlers of an attempt get the same event.
  const failed = new WeakSet<WebhookEvent>()
  return aroundHandlers((handler) => async (event, context) => {
    if (failed.has(event)) throw new Error('A handler before this one has failed.')
    try {
      await handler(event, context)
    } catch (error) {
      failed.add(event)
      throw error
    }
  })(options)
}
