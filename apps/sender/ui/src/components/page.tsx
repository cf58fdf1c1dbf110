import { type ReactNode, useEffect } from 'react'
import { strings } from '../strings/index.ts'
import styles from './page.module.css'

/** What a {@link Page} shows. */
export interface PageProps {
  /** The heading, and the title of the window. */
  readonly title: string
  /** Beside the heading, such as a badge. */
  readonly beside?: ReactNode
  readonly description?: ReactNode
  /** Links to the pages above this one. */
  readonly breadcrumbs?: ReactNode
  /** Buttons at the right. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The frame of every page: one `h1`, whose text is the window's title too. */
export function Page({ title, beside, description, breadcrumbs, actions, children }: PageProps): ReactNode {
  useEffect(() => {
    document.title = `${title} · ${strings.product}`
  }, [title])
  return (
    <div className={styles.page}>
      {breadcrumbs !== undefined && (
        <nav className={styles.breadcrumbs} aria-label={strings.shell.breadcrumbs}>
          {breadcrumbs}
        </nav>
      )}
      <header className={styles.header}>
        <div className={styles.heading}>
          <div className={styles.title}>
            {/* The router moves the focus here when the page changes. */}
            <h1 id="page-title" tabIndex={-1}>
              {title}
            </h1>
            {beside}
          </div>
          {description !== undefined && <div className={styles.description}>{description}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </div>
  )
}
