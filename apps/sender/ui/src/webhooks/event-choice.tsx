import type { ReactNode } from 'react'
import type { EventType } from '../api/event-types.ts'
import { Checkbox } from '../components/checkbox.tsx'
import { CodeBlock } from '../components/code-block.tsx'
import { strings } from '../strings/index.ts'
import styles from './event-picker.module.css'

/** What an {@link EventChoice} shows. */
export interface EventChoiceProps {
  readonly type: EventType
  readonly isChosen: boolean
  /** The pattern by which it is chosen anyway. */
  readonly includedIn: string | undefined
  readonly onChange: (isChosen: boolean) => void
}

/** One event type to choose, with its meaning, its fields and an example to look into. */
export function EventChoice({ type, isChosen, includedIn, onChange }: EventChoiceProps): ReactNode {
  const { events: texts } = strings.webhooks
  const { event, title, description, fields, example } = type
  return (
    <>
      <Checkbox
        label={
          <>
            {title} <code>{event}</code>
          </>
        }
        description={includedIn === undefined ? description : `${description} ${texts.included(includedIn)}`}
        isChecked={isChosen}
        isDisabled={includedIn !== undefined}
        onChange={onChange}
      />
      <details className={styles.details}>
        <summary aria-label={texts.detailsOf(title)}>{texts.details}</summary>
        <div className={styles.look}>
          <CodeBlock code={JSON.stringify(example, undefined, 2)} label={texts.example(event)} />
          <div>
            <h3>{texts.fields}</h3>
            <dl className={styles.fields}>
              {fields.map(({ path, description }) => (
                <div key={path}>
                  <dt>
                    <code>{path}</code>
                  </dt>
                  <dd>{description}</dd>
                </div>
              ))}
            </dl>
          </div>
        </div>
      </details>
    </>
  )
}
