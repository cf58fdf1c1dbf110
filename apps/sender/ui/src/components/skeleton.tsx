import type { ReactNode } from 'react'
import { strings } from '../strings/index.ts'
import styles from './skeleton.module.css'

/** Holds the place of what is being loaded: as many lines, as high as what follows, so that nothing jumps. */
export function Skeleton({
  lines = 3,
  height = 20,
}: {
  readonly lines?: number
  readonly height?: number
}): ReactNode {
  return (
    <div role="status" aria-label={strings.loading} className={styles.skeleton}>
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} className={styles.line} style={{ height }} />
      ))}
    </div>
  )
}
