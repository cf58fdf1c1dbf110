import type { ReactNode } from 'react'
import styles from './facts.module.css'

/** A name and a value. */
export interface Fact {
  readonly name: string
  readonly value: ReactNode
}

/** What {@link Facts} shows. */
export interface FactsProps {
  readonly facts: readonly Fact[]
  /** Whether some are ids, each of which wants a line of its own. Default `false`. */
  readonly hasIds?: boolean
}

/** Names and values, side by side where there is room. */
export function Facts({ facts, hasIds = false }: FactsProps): ReactNode {
  return (
    <dl className={styles.facts} data-ids={hasIds}>
      {facts.map(({ name, value }) => (
        <div key={name} className={styles.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}
