import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useEffect, useState } from 'react'
import { sessionQuery } from '../api/session.ts'
import { watchSessions } from './session-channel.ts'

/** Loads the page anew when another tab has signed in somebody else: nothing of the one is shown to, or done as, the other. */
export function SessionWatch(): ReactNode {
  const { data } = useQuery(sessionQuery)
  const queries = useQueryClient()
  const identity = data && `${data.account.id} ${data.actor}`
  const [first] = useState(identity)

  useEffect(
    () => watchSessions(() => void queries.refetchQueries({ queryKey: sessionQuery.queryKey })),
    [queries],
  )
  useEffect(() => {
    if (first !== undefined && identity !== undefined && identity !== first) window.location.reload()
  }, [first, identity])
  return null
}
