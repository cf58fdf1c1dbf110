import type { ReactNode } from 'react'
import { classNames } from './class-names.ts'
import styles from './badge.module.css'

/** What a badge says by its color; its words say the same. */
export type Tone = 'success' | 'danger' | 'warning' | 'neutral' | 'accent'

/** A word or two about a state, on the color of its tone. */
export function Badge({ tone, children }: { readonly tone: Tone; readonly children: ReactNode }): ReactNode {
  return <span className={classNames(styles.badge, styles[tone])}>{children}</span>
}
