import type { ReactNode } from 'react'
import styles from './empty-state.module.css'

/** What an {@link EmptyState} says. */
export interface EmptyStateProps {
  readonly title: string
  /** What would be here, and how it gets here. */
  readonly children?: ReactNode
  readonly actions?: ReactNode
}

/** That there is nothing here, and what to do about it. */
export function EmptyState({ title, children, actions }: EmptyStateProps): ReactNode {
  return (
    <div className={styles.empty}>
      <h2>{title}</h2>
      {children !== undefined && <div className={styles.text}>{children}</div>}
      {actions !== undefined && <div className={styles.actions}>{actions}</div>}
    </div>
  )
}
