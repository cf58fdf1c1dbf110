import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { eventTypesQuery } from '../../api/event-types.ts'
import { CodeBlock } from '../../components/code-block.tsx'
import { Skeleton } from '../../components/skeleton.tsx'
import { strings } from '../../strings/index.ts'
import { CreateButton } from './create-button.tsx'
import styles from './no-subscriptions.module.css'

/** For an account that has none yet: what a subscription is, how one comes to it, and what will arrive. */
export function NoSubscriptions(): ReactNode {
  const catalog = useQuery(eventTypesQuery)
  const { empty: texts } = strings.webhooks
  const [sample] = catalog.data ?? []
  return (
    <div className={styles.empty}>
      <div className={styles.words}>
        <h2>{texts.title}</h2>
        <p className={styles.muted}>{texts.text}</p>
        <ol className={styles.steps}>
          {texts.steps.map(({ title, text }) => (
            <li key={title}>
              <strong>{title}</strong>
              <div className={styles.muted}>{text}</div>
            </li>
          ))}
        </ol>
        <div>
          <CreateButton />
        </div>
      </div>
      <figure className={styles.sample}>
        <figcaption>{texts.sample}</figcaption>
        {sample === undefined ? (
          !catalog.isError && <Skeleton lines={12} height={20} />
        ) : (
          <CodeBlock code={JSON.stringify(sample.example, undefined, 2)} label={texts.sampleLabel} />
        )}
      </figure>
    </div>
  )
}
