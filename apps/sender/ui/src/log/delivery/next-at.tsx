import { type ReactNode, useEffect, useState } from 'react'
import { formatRelative } from '../../components/format-time.ts'
import { Time } from '../../components/time.tsx'

const SECOND_MS = 1000

/** When something happens next: in how long, to the second, and when exactly. */
export function NextAt({ at }: { readonly at: string }): ReactNode {
  const [now, setNow] = useState(() => new Date())
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), SECOND_MS)
    return () => clearInterval(timer)
  }, [])
  const date = new Date(at)
  return (
    <>
      {formatRelative(date < now ? now : date, now)} (<Time at={at} />)
    </>
  )
}
