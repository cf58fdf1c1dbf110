import type { ReactNode } from 'react'
import styles from './facts.module.css'

/** A name and a value. */
export interface Fact {
  readonly name: string
  readonly value: ReactNode
}

/** Names and values, side by side where there is room. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }): ReactNode {
  return (
    <dl className={styles.facts}>
      {facts.map(({ name, value }) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
