import { type ReactNode, useMemo } from 'react'
import { strings } from '../../strings/index.ts'
import { differsAt, firstDifference, rowsAround } from './byte-difference.ts'
import { HexLine } from './hex-line.tsx'
import styles from './signature-section.module.css'

/** What a {@link BodyComparison} compares. */
export interface BodyComparisonProps {
  /** What was sent. */
  readonly body: string
  /** What the receiver's code hashed. */
  readonly received: Uint8Array
}

const WIDTH = 8

/** Where two bodies first differ, byte by byte and side by side. */
export function BodyComparison({ body, received }: BodyComparisonProps): ReactNode {
  const { difference: texts } = strings.delivery.signature
  const sent = useMemo(() => new TextEncoder().encode(body), [body])
  const difference = useMemo(() => firstDifference(sent, received), [sent, received])
  if (difference === undefined) return <p role="status">{texts.same}</p>
  const { offset, sentBytes, receivedBytes } = difference
  const isMarked = (at: number): boolean => at >= offset && differsAt(sent, received, at)
  const sides = [
    [texts.sent, texts.sentDump, sent],
    [texts.received, texts.receivedDump, received],
  ] as const
  return (
    <div className={styles.result}>
      <h3>{texts.heading}</h3>
      <p role="status">{texts.at(offset, sentBytes, receivedBytes)}</p>
      <div className={styles.sides}>
        {sides.map(([name, label, bytes]) => (
          <div key={name} className={styles.side}>
            <h4>{name}</h4>
            <div className={styles.dump} tabIndex={0} role="region" aria-label={label}>
              {rowsAround(bytes, offset, WIDTH)
                .filter((row) => row.offset < Math.max(sentBytes, receivedBytes))
                .map((row) => (
                  <HexLine key={row.offset} row={row} width={WIDTH} isMarked={isMarked} />
                ))}
            </div>
          </div>
        ))}
      </div>
      <p className={styles.muted}>{texts.marked}</p>
    </div>
  )
}
