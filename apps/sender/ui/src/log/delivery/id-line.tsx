import type { ReactNode } from 'react'
import { CopyButton } from '../../components/copy-button.tsx'
import styles from './id-line.module.css'

/** An id that can be copied. `of` says what it is, for screen readers. */
export function IdLine({ id, of }: { readonly id: string; readonly of: string }): ReactNode {
  return (
    <span className={styles.line}>
      <code>{id}</code>
      <CopyButton text={id} of={of} />
    </span>
  )
}
