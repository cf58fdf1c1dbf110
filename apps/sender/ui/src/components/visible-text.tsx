import { type ReactNode, useMemo } from 'react'
import { findInvisible } from './invisible-characters.ts'
import styles from './visible-text.module.css'

/** Text that others wrote; characters that are not seen, or change the direction, are shown by their code points. */
export function VisibleText({ text }: { readonly text: string }): ReactNode {
  const pieces = useMemo(() => findInvisible(text), [text])
  return pieces.map(({ text, codePoint }, index) =>
    codePoint === undefined ? (
      text
    ) : (
      <span key={index} className={styles.invisible}>
        {codePoint}
      </span>
    ),
  )
}
