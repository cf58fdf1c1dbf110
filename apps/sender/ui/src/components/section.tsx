import { type ReactNode, useId } from 'react'
import styles from './section.module.css'

/** What a {@link Section} shows. */
export interface SectionProps {
  readonly title: string
  /** One sentence below the title. */
  readonly description?: ReactNode
  /** Buttons beside the title. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A part of a page with a heading, found by screen readers under its name. */
export function Section({ title, description, actions, children }: SectionProps): ReactNode {
  const id = useId()
  return (
    <section className={styles.section} aria-labelledby={id}>
      <header className={styles.header}>
        <div>
          <h2 id={id}>{title}</h2>
          {description !== undefined && <div className={styles.description}>{description}</div>}
        </div>
        {actions !== undefined && <div className={styles.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  )
}
