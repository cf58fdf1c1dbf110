import type { ReactNode } from 'react'
import { Page } from '../components/page.tsx'
import styles from './outside.module.css'

/** A page without the frame: for what is shown before it is known who is signed in, or what for. */
export function Outside({
  title,
  children,
}: {
  readonly title: string
  readonly children: ReactNode
}): ReactNode {
  return (
    <main className={styles.outside}>
      <Page title={title}>{children}</Page>
    </main>
  )
}
