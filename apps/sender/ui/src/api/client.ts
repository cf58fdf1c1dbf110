import createClient from 'openapi-fetch'
import { ApiProblem, readProblem } from './problem.ts'
import type { components, paths } from './schema.js'

/** What the API answers with, by name: `Schemas['Delivery']`. */
export type Schemas = components['schemas']

/**
 * The sender's API. Each call resolves with its answer; everything that is not a success rejects with an
 * {@link ApiProblem}, a network that is down too.
 *
 * @example
 * const { data } = await api.GET('/api/deliveries/{id}', { params: { path: { id } }, signal })
 */
export const api = createClient<paths>({ baseUrl: '', credentials: 'same-origin' })

api.use({
  async onResponse({ response }) {
    if (!response.ok) throw await readProblem(response)
  },
  onError({ error }) {
    // Thrown above, or by whoever aborted the request.
    if (error instanceof ApiProblem || (error instanceof DOMException && error.name === 'AbortError')) {
      return error
    }
    return new ApiProblem({ status: 0, code: 'unreachable', title: '', detail: '' })
  },
})

/** The answer of a call of {@link api}, which is there: what is no success was thrown. */
export function answerOf<Answer>({ data }: { readonly data?: Answer | undefined }): Answer {
  if (data === undefined) throw new TypeError('The API answered a success without a body')
  return data
}
