import type { ReactNode } from 'react'
import { asciiOf, hexByte, hexOffset, type HexRow } from './byte-difference.ts'
import styles from './hex-line.module.css'

/** What a {@link HexLine} shows. */
export interface HexLineProps {
  readonly row: HexRow
  /** How many bytes a whole row has. */
  readonly width: number
  /** Which bytes are marked, by their offsets. Default: none. */
  readonly isMarked?: (offset: number) => boolean
}

/** A row of a hex dump: its offset, its bytes, and the characters that they are. */
export function HexLine({ row, width, isMarked }: HexLineProps): ReactNode {
  const { offset, bytes } = row
  if (isMarked === undefined) {
    const digits = bytes
      .map(hexByte)
      .join(' ')
      .padEnd(width * 3 - 1)
    return (
      <div className={styles.line}>
        <span className={styles.offset}>{hexOffset(offset)}</span>
        {`  ${digits}  `}
        <span className={styles.characters}>{bytes.map(asciiOf).join('')}</span>
      </div>
    )
  }
  const places = Array.from({ length: width }, (_, index) => index)
  const mark = (index: number, text: string): ReactNode =>
    isMarked(offset + index) ? <mark className={styles.mark}>{text}</mark> : text
  return (
    <div className={styles.line}>
      <span className={styles.offset}>{hexOffset(offset)}</span>{' '}
      {places.map((index) => {
        const byte = bytes[index]
        return <span key={index}> {mark(index, byte === undefined ? '  ' : hexByte(byte))}</span>
      })}
      {'  '}
      {places.map((index) => {
        const byte = bytes[index]
        return <span key={index}>{mark(index, byte === undefined ? ' ' : asciiOf(byte))}</span>
      })}
    </div>
  )
}
