import type { Exceptions } from '../../../packages/webhooks-conformance/src/subject.ts'

/** What `Bun.serve` does on its own. */
export const bunFetchExceptions: Exceptions = {
  'an announced length beyond the limit is refused before the body comes':
    'Beyond 128 MB, its maxRequestBodySize, Bun answers 413 itself, without a body.',
}

/** What Hono's server for Node does on Bun, where nobody needs it. */
export const bunHonoExceptions: Exceptions = {
  'a reply has its media type and its length': 'On Bun, @hono/node-server sends replies in chunks.',
}

/** What is chance in Deno's `node:http`. */
export const denoNodeUnsteady: Exceptions = {
  'three requests at once over a connection are answered in order':
    'They are, but Deno handles them at the same time, and the third may find the first, its duplicate, in progress.',
}

/** What workerd does on its own. */
export const workerdExceptions: Exceptions = {
  'nonsense does no harm: a length and chunks':
    'workerd goes by the chunks, as RFC 9112 allows; the request is then refused like any other.',
  'a client that goes away aborts the signal of its handler':
    'workerd does not say that the client has gone, with enable_request_signal or without.',
  'a handler that stops when its client goes is run again':
    'workerd does not say that the client has gone, with enable_request_signal or without.',
}

/** The suite's checks in which much of a body is unread when it is answered. */
const unread = [
  'a body of 300 times the limit, announced: 413',
  'a body of 300 times the limit, chunked: 413',
  'a body longer than the default limit of 1 MiB: 413',
  'after 413 the connection goes on or is closed cleanly: announced',
  'after 413 the connection goes on or is closed cleanly: chunked',
]

/** What is chance in Deno's and workerd's own servers, unless a proxy is in front of them. */
export const resetUnsteady: Exceptions = Object.fromEntries(
  unread.map((check) => [
    check,
    'This server closes a connection of which much is unread; whether its reply or the reset arrives first is chance.',
  ]),
)
