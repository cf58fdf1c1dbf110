import { queryOptions, skipToken, useQuery } from '@tanstack/react-query'
import { answerOf, api, type Schemas } from '../api/client.ts'
import { ApiProblem } from '../api/problem.ts'
import { useDebounced } from './use-debounced.ts'

/** What a look at an endpoint found. */
export type EndpointCheck = Schemas['EndpointCheck']

/** How far the check of a URL has come. */
export type CheckState =
  /** There is no URL yet. */
  | { readonly kind: 'idle' }
  | { readonly kind: 'checking' }
  | { readonly kind: 'checked'; readonly check: EndpointCheck; readonly repeat: () => void }
  /** No endpoint can have it, whatever stands there; `detail` is for a person. */
  | { readonly kind: 'invalid'; readonly detail: string }
  | { readonly kind: 'failed'; readonly error: Error; readonly repeat: () => void }

const PAUSE_MS = 500
const STALE_MS = 60_000

/**
 * Has an endpoint checked when typing has stopped for half a second. Whoever goes on typing breaks off the check that is under
 * way. Several users of the same URL share one check.
 */
export function useEndpointCheck(given: string): CheckState {
  const url = given.trim()
  const settled = useDebounced(url, PAUSE_MS)
  const isSettled = settled === url
  const asked = useQuery(endpointCheckQuery(isSettled && isEndpointUrl(url) ? url : undefined))
  const repeat = (): void => void asked.refetch()
  if (!isEndpointUrl(url)) return { kind: 'idle' }
  if (!isSettled || asked.isFetching || asked.isPending) return { kind: 'checking' }
  if (asked.isSuccess) return { kind: 'checked', check: asked.data, repeat }
  const detail = asked.error instanceof ApiProblem ? asked.error.errors[0]?.detail : undefined
  return detail === undefined ? { kind: 'failed', error: asked.error, repeat } : { kind: 'invalid', detail }
}

/** Why a subscription cannot have an endpoint, as far as its check tells; `undefined` when it can, or is not checked yet. */
export function refusalOf(state: CheckState): string | undefined {
  if (state.kind === 'invalid') return state.detail
  return state.kind === 'checked' ? state.check.refusal?.detail : undefined
}

function endpointCheckQuery(url: string | undefined) {
  return queryOptions({
    queryKey: ['endpoint-check', url ?? ''],
    staleTime: STALE_MS,
    // Whoever waits goes on typing, or asks again.
    retry: false,
    queryFn:
      url === undefined
        ? skipToken
        : async ({ signal }): Promise<EndpointCheck> =>
            answerOf(await api.POST('/api/endpoint-checks', { body: { url }, signal })),
  })
}

function isEndpointUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:\/\/./i.test(text)
}
