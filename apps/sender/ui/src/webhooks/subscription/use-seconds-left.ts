import { useEffect, useState } from 'react'

/** Counts down to an instant (milliseconds), in whole seconds; 0 once it has passed, and without one. */
export function useSecondsLeft(untilMs: number | undefined): number {
  const [now, setNow] = useState(Date.now)
  const isOver = untilMs === undefined || now >= untilMs
  useEffect(() => {
    if (untilMs === undefined) return undefined
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), 1000)
    return () => clearInterval(timer)
  }, [untilMs])
  return isOver ? 0 : Math.ceil((untilMs - now) / 1000)
}
