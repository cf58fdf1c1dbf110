import type { ReactNode } from 'react'
import type { Warning } from '../api/subscription-changes.ts'
import styles from './warning-list.module.css'

/** What was accepted, and should be changed nevertheless, in the API's words. */
export function WarningList({ warnings }: { readonly warnings: readonly Warning[] }): ReactNode {
  return (
    <ul className={styles.warnings}>
      {warnings.map(({ code, path, detail }) => (
        <li key={`${code} ${path}`}>{detail}</li>
      ))}
    </ul>
  )
}
