import { Tooltip } from '@base-ui/react/tooltip'
import type { ReactNode } from 'react'
import { formatInstant, formatUtc } from './format-time.ts'
import styles from './time.module.css'

// One for the whole page: a list has hundreds of times, of which one is pointed at.
const handle = Tooltip.createHandle<string>()

/** What a {@link TimeHintTrigger} shows. */
export interface TimeHintTriggerProps {
  /** RFC 3339. */
  readonly at: string
  /** What screen readers say. */
  readonly name: string
  readonly children: string
}

/** An instant that is explained by {@link TimeHint} while it is pointed at. */
export function TimeHintTrigger({ at, name, children }: TimeHintTriggerProps): ReactNode {
  return (
    <Tooltip.Trigger
      handle={handle}
      payload={at}
      render={<time dateTime={at} className={styles.time} />}
      aria-label={name}
    >
      {children}
    </Tooltip.Trigger>
  )
}

/** Shows the instant that is pointed at with milliseconds, in the viewer's time zone and in UTC. Stands once on the page. */
export function TimeHint(): ReactNode {
  return (
    <Tooltip.Root handle={handle}>
      {({ payload: at }) => (
        <Tooltip.Portal>
          <Tooltip.Positioner sideOffset={6}>
            <Tooltip.Popup className={styles.tooltip}>
              {at !== undefined &&
                `${formatInstant(new Date(at), 'milliseconds')} · ${formatUtc(new Date(at))}`}
            </Tooltip.Popup>
          </Tooltip.Positioner>
        </Tooltip.Portal>
      )}
    </Tooltip.Root>
  )
}
