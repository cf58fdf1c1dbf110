import { Meter as BaseMeter } from '@base-ui/react/meter'
import type { ReactNode } from 'react'
import type { Tone } from './badge.tsx'
import styles from './meter.module.css'

/** What a {@link Meter} shows. */
export interface MeterProps {
  readonly label: string
  /** From 0 to `max`. */
  readonly value: number
  readonly max: number
  /** The value in words, such as `12 of 20`. */
  readonly text: string
  readonly tone: Tone
}

/** How much of something is used up, as a bar and in words. */
export function Meter({ label, value, max, text, tone }: MeterProps): ReactNode {
  return (
    <BaseMeter.Root
      className={styles.meter}
      data-tone={tone}
      value={Math.min(value, max)}
      max={max}
      aria-valuetext={text}
    >
      <BaseMeter.Label className={styles.label}>{label}</BaseMeter.Label>
      <span className={styles.value} aria-hidden="true">
        {text}
      </span>
      <BaseMeter.Track className={styles.track}>
        <BaseMeter.Indicator className={styles.indicator} />
      </BaseMeter.Track>
    </BaseMeter.Root>
  )
}
