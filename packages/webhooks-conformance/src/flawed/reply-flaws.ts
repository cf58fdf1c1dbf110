import { webhookHandler } from '@complywise/webhooks/fetch'
import { changed } from './change-request.ts'
import type { FetchHandler, Flaw } from './flaw.ts'
import { writeReply } from './write-reply.ts'

/** Mistakes in writing a reply, and in what is done about a body that was parsed already. */
export const replyFlaws: readonly Flaw[] = [
  {
    name: 'counts the characters of a reply for its length',
    webhookHandler: responding(async (response) => {
      const body = await response.text()
      return writeReply(replyOf(response, body), { 'content-length': String(body.length) })
    }),
    fails: ['content-length counts bytes, not characters'],
  },
  {
    name: 'has a media type of its own',
    webhookHandler: responding(async (response) => {
      response.headers.set('content-type', 'application/json; charset=utf-8')
      return response
    }),
    fails: [
      'a reply has its media type and its length',
      'any status and headers are sent as the reply has them',
    ],
  },
  {
    name: 'does not say how long a reply is',
    webhookHandler: responding(async (response) => {
      response.headers.delete('content-length')
      return response
    }),
    fails: ['a reply has its media type and its length', 'content-length counts bytes, not characters'],
  },
  {
    name: 'sends statuses that it knows only',
    webhookHandler: responding(async (response) =>
      response.status === 299
        ? writeReply({ ...replyOf(response, await response.text()), status: 200 })
        : response,
    ),
    fails: ['any status and headers are sent as the reply has them'],
  },
  {
    name: 'drops headers that it does not know',
    webhookHandler: responding(async (response) => {
      response.headers.delete('x-verbatim')
      return response
    }),
    fails: ['any status and headers are sent as the reply has them'],
  },
  {
    name: 'answers 202 where the body was parsed already',
    webhookHandler: responding(async (response, body) =>
      body.includes('misconfigured') ? new Response('still processing', { status: 202 }) : response,
    ),
    fails: [
      'request.json(): 500, and the log says what to do',
      'a reader of the stream that still has it: 500, and the log says what to do',
    ],
  },
  {
    name: 'has no advice where the body was parsed already',
    webhookHandler: (receiver) =>
      webhookHandler({
        ...receiver,
        receive: (request) =>
          receiver.receive(
            'unreadable' in request.body && request.body.unreadable === 'already_parsed'
              ? changed(request, { body: { ...request.body, fix: 'The body was parsed.' } })
              : request,
          ),
      }),
    fails: [
      'request.json(): 500, and the log says what to do',
      'a reader of the stream that still has it: 500, and the log says what to do',
    ],
  },
]

/** Adapters that change what they answer. */
function responding(
  change: (response: Response, body: string) => Promise<Response>,
): NonNullable<Flaw['webhookHandler']> {
  return (receiver) => {
    const handler: FetchHandler = webhookHandler(receiver)
    return async (request) => {
      const response = await handler(request)
      return change(response, await response.clone().text())
    }
  }
}

function replyOf(response: Response, body: string): Parameters<typeof writeReply>[0] {
  return { status: response.status, headers: Object.fromEntries(response.headers), body }
}
