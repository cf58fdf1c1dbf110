import type { ReactNode } from 'react'
import { useDescribedNow } from './clock.ts'
import { formatInstant, formatRelative, formatUtc } from './format-time.ts'
import { TimeHintTrigger } from './time-hint.tsx'

/** How a {@link Time} is written. */
export interface TimeProps {
  /** RFC 3339. */
  readonly at: string
  /** `relative`: 5 minutes ago. Default `instant`: in the viewer's time zone, to the second. */
  readonly format?: 'instant' | 'relative' | 'milliseconds'
}

/** An instant in the viewer's time zone; with milliseconds and in UTC on hover, and in UTC for screen readers. */
export function Time({ at, format = 'instant' }: TimeProps): ReactNode {
  const date = new Date(at)
  const fixed = format === 'relative' ? undefined : formatInstant(date, format)
  const text = useDescribedNow((nowMs) => fixed ?? formatRelative(date, new Date(nowMs)))
  return (
    <TimeHintTrigger at={at} name={`${text} (${formatUtc(date)})`}>
      {text}
    </TimeHintTrigger>
  )
}
