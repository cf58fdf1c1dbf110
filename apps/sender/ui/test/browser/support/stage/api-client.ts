import createClient, { type Client } from 'openapi-fetch'
import type { components, paths } from '../../../../src/api/schema.js'

/** What the API answers with, by name. */
export type Schemas = components['schemas']

/** What a subscription is made of. */
export type NewSubscription = Schemas['CreateSubscriptionInput']

/** What an event is made of. */
export type NewEvent = Schemas['PublishEventInput']

/** The sender's API, called as programs do; typed like the page's own client. */
export type ApiClient = Client<paths>

/** A client with one API key. Calls reject when the answer is no success. */
export function createApiClient(baseUrl: string, key: string): ApiClient {
  const client = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${key}` } })
  client.use({
    async onResponse({ request, response }) {
      if (response.ok) return undefined
      throw new Error(`${request.method} ${request.url}: ${response.status} ${await response.text()}`)
    },
  })
  return client
}

/** The answer of a call, which is there. */
export function answerOf<Answer>({ data }: { readonly data?: Answer | undefined }): Answer {
  if (data === undefined) throw new TypeError('The API answered a success without a body')
  return data
}
