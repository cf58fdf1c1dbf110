import type { Reply } from '../../receive/request.ts'

/** Makes the response of a reply, verbatim. */
export function writeReply({ status, headers, body }: Reply): Response {
  const bytes = new TextEncoder().encode(body)
  return new Response(bytes, { status, headers: { ...headers, 'content-length': String(bytes.byteLength) } })
}
