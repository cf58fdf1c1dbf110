import type { ServerResponse } from 'node:http'
import type { Reply } from '../../receive/request.ts'

/** Sends a reply, verbatim. */
export function writeReply(response: ServerResponse, { status, headers, body }: Reply): void {
  // A timeout middleware may have answered in the meantime.
  if (response.headersSent) return
  const bytes = new TextEncoder().encode(body)
  response.writeHead(status, { ...headers, 'content-length': bytes.byteLength })
  response.end(bytes)
}
