import type { Reply } from '@complywise/webhooks'

/** Makes the response of a reply, as the adapter of fetch does, beside other headers. */
export function writeReply({ status, headers, body }: Reply, others: Reply['headers'] = {}): Response {
  const bytes = new TextEncoder().encode(body)
  return new Response(bytes, {
    status,
    headers: { ...headers, 'content-length': String(bytes.length), ...others },
  })
}
