import type { Exceptions } from '../../../packages/webhooks-conformance/src/subject.ts'

/** What `Bun.serve` does on its own. */
export const bunExceptions: Exceptions = {
  'an announced length beyond the limit is refused before the body comes':
    'Beyond 128 MB, its maxRequestBodySize, Bun answers 413 itself, without a body.',
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

const resetsConnection =
  'workerd closes a connection of which much is unread; whether its reply or the reset arrives first is chance.'

/** What is chance on workerd, unless a proxy is in front of it. */
export const workerdUnsteady: Exceptions = {
  'a body of 300 times the limit, announced: 413': resetsConnection,
  'a body of 300 times the limit, chunked: 413': resetsConnection,
  'a body longer than the default limit of 1 MiB: 413': resetsConnection,
  'after 413 the connection goes on or is closed cleanly: announced': resetsConnection,
  'after 413 the connection goes on or is closed cleanly: chunked': resetsConnection,
}
