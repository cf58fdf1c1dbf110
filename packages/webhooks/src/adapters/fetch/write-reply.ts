import type { Reply } from '../../receive/request.ts'

/** Makes the response of a reply, verbatim. */
export function writeReply({ status, headers, body }: Reply): Response {
  // Not every server counts it for a Response.
  const length = String(new TextEncoder().encode(body).byteLength)
  return new Response(body, { status, headers: { ...headers, 'content-length': length } })
}
