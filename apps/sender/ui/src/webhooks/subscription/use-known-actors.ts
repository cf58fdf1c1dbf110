import { queryOptions, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { answerOf, api } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import type { Known } from './describe-actor.ts'

// Names of keys change as seldom as keys are made.
const STALE_MS = 60_000

const keyNamesQuery = queryOptions({
  queryKey: ['key-names'],
  staleTime: STALE_MS,
  async queryFn({ signal }): Promise<ReadonlyMap<string, string>> {
    const { data } = answerOf(await api.GET('/api/keys', { params: { query: { limit: 100 } }, signal }))
    return new Map(data.map(({ id, name }) => [id, name]))
  },
})

/** Whom the viewer may know by name: admins see what keys are called, members see their own. */
export function useKnownActors(): Known {
  const { actor, key_name: ownName, role } = useSession()
  const { data } = useQuery({ ...keyNamesQuery, enabled: role === 'admin' })
  return useMemo(() => {
    const own = actor.startsWith('key:') ? [[actor.slice('key:'.length), ownName] as const] : []
    return { actor, keyNames: new Map([...own, ...(data ?? [])]) }
  }, [actor, ownName, data])
}
