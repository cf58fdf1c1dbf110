import { useVirtualizer } from '@tanstack/react-virtual'
import { type ReactNode, useRef } from 'react'
import styles from './virtual-rows.module.css'

/** What {@link VirtualRows} shows. */
export interface VirtualRowsProps {
  readonly count: number
  readonly renderRow: (index: number) => ReactNode
  /** What it is, for screen readers. */
  readonly label: string
}

// Below this, everything is there: for the browser's own search, for printing, for selecting.
const MAX_PLAIN_ROWS = 300
const ESTIMATED_ROW_PX = 22

/** Rows of code in a box that scrolls; of many, only those that are seen are drawn. Rows may be of any height. */
export function VirtualRows(props: VirtualRowsProps): ReactNode {
  return props.count <= MAX_PLAIN_ROWS ? <AllRows {...props} /> : <SeenRows {...props} />
}

function AllRows({ count, renderRow, label }: VirtualRowsProps): ReactNode {
  return (
    // A region that scrolls has to be reached with the keyboard.
    <div className={styles.scroller} tabIndex={0} role="region" aria-label={label}>
      {Array.from({ length: count }, (_, index) => (
        <div key={index}>{renderRow(index)}</div>
      ))}
    </div>
  )
}

function SeenRows({ count, renderRow, label }: VirtualRowsProps): ReactNode {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => ESTIMATED_ROW_PX,
    overscan: 20,
  })
  return (
    <div ref={scroller} className={styles.scroller} tabIndex={0} role="region" aria-label={label}>
      <div className={styles.all} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => (
          <div
            key={index}
            data-index={index}
            ref={virtual.measureElement}
            className={styles.drawn}
            style={{ transform: `translateY(${start}px)` }}
          >
            {renderRow(index)}
          </div>
        ))}
      </div>
    </div>
  )
}
