import type { ServerResponse } from 'node:http'
import type { Reply } from '@complywise/webhooks'

/** Sends a reply, verbatim. */
export function writeReply(response: ServerResponse, reply: Reply): void {
  // A timeout middleware may have answered in the meantime.
  if (response.headersSent) return
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) })
  response.end(reply.body)
}
