import { queryOptions } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { strings } from '../strings/index.ts'
import { answerOf, api, type Schemas } from './client.ts'

/** Who is signed in. */
export type Session = Schemas['Session']

/** Reads who is signed in; rejects with a 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }): Promise<Session> => answerOf(await api.GET('/api/session', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
  // Another tab may have signed in somebody else: they share the cookie.
  refetchOnWindowFocus: 'always',
  retry: false,
})

/** Signs in with an API key; the session itself is a cookie that scripts cannot read. */
export async function signIn(key: string): Promise<Session> {
  return answerOf(await api.POST('/api/session', { body: { key } }))
}

/** Ends the session. */
export async function signOut(): Promise<void> {
  await api.DELETE('/api/session')
}

const settings = getRouteApi('/settings')

/** Who is signed in; only for pages that are behind the sign-in. */
export function useSession(): Session {
  return settings.useRouteContext({ select: ({ session }) => session })
}

/** Why the viewer may not change anything; `undefined` for admins. The reason stands on every control that is disabled. */
export function useReadOnlyReason(): string | undefined {
  return useSession().role === 'admin' ? undefined : strings.readOnly
}
