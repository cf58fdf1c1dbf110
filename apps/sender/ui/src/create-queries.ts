import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiProblem } from './api/problem.ts'
import { sessionQuery } from './api/session.ts'

const STALE_MS = 10_000
const RETRIES = 2

/**
 * What the page knows of the API's answers. Reads are repeated when the sender cannot be reached or is overloaded; changes
 * never are by themselves.
 *
 * @param onSignedOut called when an answer says that the session has ended; its query is gone by then.
 */
export function createQueries(onSignedOut: () => void): QueryClient {
  function noticeEnd(error: Error): void {
    if (!(error instanceof ApiProblem) || !error.isSignedOut) return
    const { queryKey } = sessionQuery
    if (queries.getQueryData(queryKey) === undefined) return
    queries.removeQueries({ queryKey })
    onSignedOut()
  }

  const queries = new QueryClient({
    queryCache: new QueryCache({ onError: noticeEnd }),
    mutationCache: new MutationCache({ onError: noticeEnd }),
    defaultOptions: {
      queries: {
        staleTime: STALE_MS,
        // Offline is told by the answer that does not come, as a proxy that is down is.
        networkMode: 'always',
        retry: (count, error) => count < RETRIES && isTransient(error),
      },
      mutations: { networkMode: 'always' },
    },
  })
  return queries
}

function isTransient(error: Error): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status === 429 || error.status >= 500)
}
