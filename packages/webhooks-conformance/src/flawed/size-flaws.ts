import { createReceiver } from '@complywise/webhooks'
import { readRequest } from '@complywise/webhooks/fetch'
import { changed, headersOf } from './change-request.ts'
import { around, type CreateReceiver, type Flaw, replyOf, textOf, withOptions } from './flaw.ts'
import { writeReply } from './write-reply.ts'

const huge = 1e9
const defaultLimit = 1_048_576

/** Mistakes in limiting the size of a body. */
export const sizeFlaws: readonly Flaw[] = [
  {
    name: 'has no limit',
    create: withOptions(() => ({ maxBodyBytes: huge })),
    fails: [
      'a body one byte longer, *',
      'a body of 300 times the limit, *',
      'a body longer than the default limit of 1 MiB: 413',
      'the limit counts bytes, not characters',
      'an announced length beyond the limit is refused before the body comes',
      'size is looked at before the signature',
      'after 413 the connection *',
    ],
  },
  {
    name: 'has a limit for announced lengths only',
    create: unlimitedInside,
    webhookHandler: (receiver) => async (request) => {
      const isShort = !(Number(request.headers.get('content-length')) > receiver.maxBodyBytes)
      const maxBodyBytes = isShort ? huge : receiver.maxBodyBytes
      const received = await readRequest(request, { maxBodyBytes, fix: 'Read request.clone().' })
      return received ? writeReply(await receiver.receive(received)) : new Response(null, { status: 499 })
    },
    fails: [
      'a body one byte longer, chunked: 413',
      'a body of 300 times the limit, chunked: 413',
      'the limit counts bytes, not characters',
      'after 413 the connection goes on or is closed cleanly: chunked',
    ],
  },
  {
    name: 'has the limit of its framework, 100 kB, as well',
    create: withOptions(({ maxBodyBytes = defaultLimit }) => ({
      maxBodyBytes: Math.min(maxBodyBytes, 102_400),
    })),
    fails: ['a body of 400 kB', 'a body of a limit beyond *'],
  },
  {
    name: 'has no limit above 1 MiB',
    create: withOptions(({ maxBodyBytes = defaultLimit }) => ({
      maxBodyBytes: Math.min(maxBodyBytes, defaultLimit),
    })),
    fails: ['a body of a limit beyond *'],
  },
  {
    name: 'refuses a body of the limit',
    create: withOptions(({ maxBodyBytes = defaultLimit }) => ({ maxBodyBytes: maxBodyBytes - 1 })),
    fails: ['a body of the limit, *', 'a body of a limit beyond *'],
  },
  {
    name: 'accepts a byte more than the limit',
    create: withOptions(({ maxBodyBytes = defaultLimit }) => ({ maxBodyBytes: maxBodyBytes + 1 })),
    fails: ['a body one byte longer, *', 'a body longer than the default limit of 1 MiB: 413'],
  },
  {
    name: 'counts characters',
    create: (options) => {
      const receiver = createReceiver({ ...options, maxBodyBytes: huge })
      const { maxBodyBytes = defaultLimit } = options
      return {
        ...receiver,
        // A character has at most four bytes.
        maxBodyBytes: 4 * maxBodyBytes,
        receive: (request) =>
          receiver.receive(
            textOf(request).length > maxBodyBytes
              ? changed(request, { body: { unreadable: 'too_large' } })
              : request,
          ),
      }
    },
    fails: ['the limit counts bytes, not characters'],
  },
  {
    name: 'waits for the whole of a body that is too large',
    webhookHandler: (receiver) => async (request) => {
      const options = { maxBodyBytes: receiver.maxBodyBytes, fix: 'Read request.clone().' }
      const received = await readRequest(request, options)
      const isUnread = !request.bodyUsed && received && 'unreadable' in received.body
      if (isUnread && received.method === 'POST') await request.clone().arrayBuffer()
      return received ? writeReply(await receiver.receive(received)) : new Response(null, { status: 499 })
    },
    fails: ['an announced length beyond the limit is refused before the body comes'],
  },
  {
    name: 'looks at the size after the signature',
    create: around(async (request, next) => {
      const reply = await next(request)
      const isUnsigned = !headersOf(request).has('x-complywise-signature')
      return reply.status === 413 && isUnsigned ? replyOf(401, 'unauthorized') : reply
    }),
    fails: ['size is looked at before the signature'],
  },
  {
    name: 'looks at the size before anything else',
    create: around(async (request, next) =>
      'unreadable' in request.body && request.body.unreadable === 'too_large'
        ? replyOf(413, 'too_large')
        : next(request),
    ),
    fails: ['the media type is looked at before the size', 'the method is looked at before the size'],
  },
  {
    name: 'resets the connection of a body that is too large',
    create: around(async (request, next) => {
      const reply = await next(request)
      if (reply.status === 413) throw new Error('The connection ends here.')
      return reply
    }),
    fails: [
      'a body one byte longer, *',
      'a body of 300 times the limit, *',
      'a body longer than the default limit of 1 MiB: 413',
      'the limit counts bytes, not characters',
      'an announced length beyond the limit is refused before the body comes',
      'size is looked at before the signature',
      'after 413 the connection *',
    ],
  },
]

/** Receivers whose own limit does not count. */
function unlimitedInside(options: Parameters<CreateReceiver>[0]): ReturnType<CreateReceiver> {
  const receiver = createReceiver({ ...options, maxBodyBytes: huge })
  return { ...receiver, maxBodyBytes: options.maxBodyBytes ?? defaultLimit }
}
