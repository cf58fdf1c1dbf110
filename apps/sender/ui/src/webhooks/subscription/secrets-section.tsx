import type { ReactNode } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { Section } from '../../components/section.tsx'
import { Time } from '../../components/time.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { RotationTimeline } from './rotation-timeline.tsx'
import styles from './secrets-section.module.css'

/** What a {@link SecretsSection} shows. */
export interface SecretsSectionProps {
  readonly secrets: Subscription['secrets']
  readonly onRotate: () => void
}

/** The secrets that sign now, and how far a rotation has come. */
export function SecretsSection({ secrets, onRotate }: SecretsSectionProps): ReactNode {
  const readOnly = useReadOnlyReason()
  const { secrets: texts } = strings.subscription
  return (
    <Section
      title={texts.title}
      description={texts.description}
      actions={
        <Button onClick={onRotate} disabledReason={readOnly}>
          {texts.rotate}
        </Button>
      }
    >
      <ul className={styles.secrets}>
        {secrets.map(({ hint, created_at: createdAt, expires_at: expiresAt }) => (
          <li key={createdAt} className={styles.secret}>
            <code>{texts.hint(hint)}</code>
            <span className={styles.muted}>
              <Words text={texts.created} values={{ at: <Time at={createdAt} /> }} />
            </span>
            <span>
              {expiresAt === null ? (
                texts.newest
              ) : (
                <Words text={texts.old} values={{ at: <Time at={expiresAt} /> }} />
              )}
            </span>
          </li>
        ))}
      </ul>
      <RotationTimeline secrets={secrets} />
    </Section>
  )
}
