import type { Reply } from '@complywise/webhooks'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

/** Makes the response of a reply, verbatim, beside the headers that middlewares have set. Servers count its length. */
export function writeReply(context: Context, { status, headers, body }: Reply): Response {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Hono spells out the statuses; the core chooses them.
  return context.body(body, status as ContentfulStatusCode, headers)
}
