import { type ReactNode, useEffect, useRef, useState } from 'react'
import { strings } from '../../strings/index.ts'

const QUIET_MS = 10_000

/** Tells screen readers how many new deliveries came in, every ten seconds at most. */
export function ArrivalAnnouncer({ arrivedCount }: { readonly arrivedCount: number }): ReactNode {
  const [text, setText] = useState('')
  const latest = useRef(arrivedCount)
  const told = useRef(arrivedCount)
  useEffect(() => {
    // Another list counts anew.
    if (arrivedCount < latest.current) told.current = arrivedCount
    latest.current = arrivedCount
  }, [arrivedCount])
  useEffect(() => {
    const timer = setInterval(() => {
      const count = latest.current - told.current
      told.current = latest.current
      setText(count === 0 ? '' : strings.log.table.announced(count))
    }, QUIET_MS)
    return () => clearInterval(timer)
  }, [])
  return (
    <div className="visually-hidden" role="status">
      {text}
    </div>
  )
}
