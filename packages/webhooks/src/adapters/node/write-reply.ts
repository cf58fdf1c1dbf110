import type { ServerResponse } from 'node:http'
import type { Reply } from '../../receive/request.ts'
import { byteLength } from '../byte-length.ts'

/** Sends a reply, verbatim. */
export function writeReply(response: ServerResponse, { status, headers, body }: Reply): void {
  // A timeout middleware may have answered in the meantime.
  if (response.headersSent) return
  response.writeHead(status, { ...headers, 'content-length': byteLength(body) })
  // As text it leaves in one piece with the headers.
  response.end(body)
}
