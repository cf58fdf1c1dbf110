import type { ReactNode } from 'react'
import { VirtualRows } from '../../components/virtual-rows.tsx'
import { countRows, hexRow } from './byte-difference.ts'
import { HexLine } from './hex-line.tsx'

const WIDTH = 16

/** Bytes as hexadecimal digits and characters, 16 a row; of any size. */
export function HexDump({ bytes, label }: { readonly bytes: Uint8Array; readonly label: string }): ReactNode {
  return (
    <VirtualRows
      label={label}
      count={countRows(bytes.length, WIDTH)}
      renderRow={(index) => <HexLine row={hexRow(bytes, index, WIDTH)} width={WIDTH} />}
    />
  )
}
