import { type ReactNode, useMemo } from 'react'
import { Facts } from '../../components/facts.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { countRows, hexRow } from './byte-difference.ts'
import { HexLine } from './hex-line.tsx'
import styles from './signature-section.module.css'

const WIDTH = 16
const FIRST_ROWS = 4
const LAST_ROWS = 2

/** The bytes that are signed: how many, and the first and the last of them, where most mistakes are. */
export function SignedBytes({ body }: { readonly body: string }): ReactNode {
  const { signature, body: bodyTexts } = strings.delivery
  const { signed: texts } = signature
  const bytes = useMemo(() => new TextEncoder().encode(body), [body])
  const characters = useMemo(() => Array.from(body), [body])
  const rows = countRows(bytes.length, WIDTH)
  const firstRows = Math.min(rows, FIRST_ROWS)
  const lastRows = Math.min(rows - firstRows, LAST_ROWS)
  return (
    <div className={styles.signed}>
      <h3>{texts.heading}</h3>
      <p>{texts.text}</p>
      <div className={styles.dump} tabIndex={0} role="region" aria-label={texts.dump}>
        {Array.from({ length: firstRows }, (_, index) => (
          <HexLine key={index} row={hexRow(bytes, index, WIDTH)} width={WIDTH} />
        ))}
        {rows > firstRows + lastRows && <div aria-hidden="true">⋮</div>}
        {Array.from({ length: lastRows }, (_, index) => (
          <HexLine key={index} row={hexRow(bytes, rows - lastRows + index, WIDTH)} width={WIDTH} />
        ))}
      </div>
      <Facts
        facts={[
          { name: texts.length, value: bodyTexts.bytes(bytes.length) },
          { name: texts.first, value: <Characters text={characters.slice(0, ENDS).join('')} /> },
          { name: texts.last, value: <Characters text={characters.slice(-ENDS).join('')} /> },
        ]}
      />
    </div>
  )
}

const ENDS = 12

function Characters({ text }: { readonly text: string }): ReactNode {
  return (
    <code>
      <VisibleText text={text} />
    </code>
  )
}
