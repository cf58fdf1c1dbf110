import type { ReactNode } from 'react'
import { LinkButton } from '../../components/link-button.tsx'
import { strings } from '../../strings/index.ts'
import { NotFoundOrError } from '../delivery/not-found-or-error.tsx'
import styles from './event-missing.module.css'

/** What an {@link EventMissing} says. */
export interface EventMissingProps {
  readonly eventId: string
  readonly error: unknown
  readonly onRetry: () => void
}

/** That there is no event with this id, with what may be the cause. */
export function EventMissing({ eventId, error, onRetry }: EventMissingProps): ReactNode {
  const { notFound: texts } = strings.delivery.event
  return (
    <NotFoundOrError
      error={error}
      onRetry={onRetry}
      title={texts.title}
      actions={
        <>
          <LinkButton to="/settings/webhooks/delivery-log" search={{ id: eventId }}>
            {texts.action}
          </LinkButton>
          <LinkButton to="/settings/webhooks/delivery-log" search={{}} variant="plain">
            {texts.log}
          </LinkButton>
        </>
      }
    >
      <p>{texts.text}</p>
      <ul className={styles.causes}>
        {texts.causes.map((cause) => (
          <li key={cause}>{cause}</li>
        ))}
      </ul>
    </NotFoundOrError>
  )
}
