import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { type LiveConnection, watchDeliveries } from '../../api/live.ts'
import { sessionQuery } from '../../api/session.ts'
import type { LogSearch } from '../log-search.ts'
import type { LogFeed } from './log-feed.ts'

const REREAD_EVERY_MS = 2000

/** Lets a feed take what changes, and says how it stands with the stream of it. */
export function useLive(feed: LogFeed, { subscription, event }: LogSearch): LiveConnection {
  const queries = useQueryClient()
  const [connection, setConnection] = useState<LiveConnection>('connecting')
  const current = useRef(feed)
  useEffect(() => {
    current.current = feed
  }, [feed])

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    let rereadAt = 0

    // Where more changes than is worth telling, resets come one after the other.
    function reread(): void {
      clearTimeout(timer)
      timer = setTimeout(
        () => {
          rereadAt = performance.now()
          void current.current.reread()
        },
        Math.max(0, rereadAt + REREAD_EVERY_MS - performance.now()),
      )
    }

    const end = watchDeliveries(
      { ...(subscription && { subscription_id: subscription }), ...(event && { event }) },
      {
        changed: (deliveries) => current.current.receive(deliveries),
        reset() {
          current.current.interrupt()
          reread()
        },
        connection(state) {
          setConnection(state)
          // Not even a stream that is live tells everything before its first reset.
          current.current.interrupt()
          // Whoever asks for the session learns that it has ended, and is led to the sign-in.
          if (state === 'signed-out')
            void queries.fetchQuery({ ...sessionQuery, staleTime: 0 }).catch(() => undefined)
        },
      },
    )
    return () => {
      clearTimeout(timer)
      end()
    }
  }, [subscription, event, queries])
  return connection
}
