import type { Reply } from '../../receive/request.ts'
import { byteLength } from '../byte-length.ts'

/** Makes the response of a reply, verbatim. */
export function writeReply({ status, headers, body }: Reply): Response {
  // Not every server counts it for a Response.
  const length = String(byteLength(body))
  return new Response(body, { status, headers: { ...headers, 'content-length': length } })
}
