import type { Reply } from '../../receive/request.ts'

/** Makes the response of a reply, verbatim. The server counts its `content-length`. */
export function writeReply({ status, headers, body }: Reply): Response {
  return new Response(body, { status, headers })
}
