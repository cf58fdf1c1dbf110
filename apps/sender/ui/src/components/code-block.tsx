import type { ReactNode } from 'react'
import { CopyButton } from './copy-button.tsx'
import styles from './code-block.module.css'

/** What a {@link CodeBlock} shows. */
export interface CodeBlockProps {
  readonly code: string
  /** What it is, for screen readers: `the request’s body`. */
  readonly label: string
  /** Whether long lines are wrapped. Default: they scroll. */
  readonly isWrapped?: boolean
}

/** Text in which every character counts, with a button that copies it exactly. */
export function CodeBlock({ code, label, isWrapped = false }: CodeBlockProps): ReactNode {
  return (
    <div className={styles.block} data-single-line={!code.includes('\n') || undefined}>
      {/* A region that scrolls has to be reached with the keyboard. */}
      <pre
        className={styles.code}
        data-wrapped={isWrapped || undefined}
        tabIndex={0}
        role="region"
        aria-label={label}
      >
        <code>{code}</code>
      </pre>
      <div className={styles.copy}>
        <CopyButton text={code} of={label} />
      </div>
    </div>
  )
}
