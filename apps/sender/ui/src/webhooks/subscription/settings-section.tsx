import type { ReactNode } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { CopyButton } from '../../components/copy-button.tsx'
import { type Fact, Facts } from '../../components/facts.tsx'
import { formatDuration } from '../../components/format-time.ts'
import { Section } from '../../components/section.tsx'
import { Time } from '../../components/time.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { EventChips } from '../event-chips.tsx'
import { MASK } from './header-rows.ts'
import styles from './settings-section.module.css'

/** What a {@link SettingsSection} shows. */
export interface SettingsSectionProps {
  readonly subscription: Subscription
  readonly onEdit: () => void
}

/** How a subscription is set up, for everyone to read. */
export function SettingsSection({ subscription, onEdit }: SettingsSectionProps): ReactNode {
  const readOnly = useReadOnlyReason()
  const { settings, actions } = strings.subscription
  return (
    <Section
      title={settings.title}
      actions={
        <Button onClick={onEdit} disabledReason={readOnly}>
          {actions.edit}
        </Button>
      }
    >
      <dl className={styles.wide}>
        <dt>{settings.url}</dt>
        <dd>
          <code>
            <VisibleText text={subscription.url} />
          </code>
        </dd>
      </dl>
      <Facts facts={factsOf(subscription)} />
      <dl className={styles.wide}>
        <dt>{settings.headers}</dt>
        <dd>
          <Headers headers={subscription.headers} />
        </dd>
        <dt>{settings.id}</dt>
        <dd className={styles.id}>
          <code>{subscription.id}</code> <CopyButton text={subscription.id} of={settings.copyId} />
        </dd>
      </dl>
    </Section>
  )
}

function factsOf(subscription: Subscription): readonly Fact[] {
  const { settings, noDescription } = strings.subscription
  const { description, events, contact_email: contact, timeout_ms: timeoutMs } = subscription
  return [
    { name: settings.events, value: <EventChips events={events} /> },
    {
      name: settings.description,
      value: description === '' ? noDescription : <VisibleText text={description} />,
    },
    { name: settings.contact, value: contact ?? settings.noContact },
    {
      name: settings.timeout,
      value: timeoutMs === null ? settings.defaultTimeout : formatDuration(timeoutMs),
    },
    { name: settings.order, value: subscription.is_ordered ? settings.ordered : settings.unordered },
    { name: settings.created, value: <Time at={subscription.created_at} /> },
    {
      name: settings.updated,
      value: (
        <>
          <Time at={subscription.updated_at} /> ({settings.version(subscription.version)})
        </>
      ),
    },
  ]
}

function Headers({ headers }: Pick<Subscription, 'headers'>): ReactNode {
  const { settings } = strings.subscription
  const entries = Object.entries(headers)
  if (entries.length === 0) return settings.none
  return (
    <ul className={styles.headers}>
      {entries.map(([name, value]) => (
        <li key={name}>
          <code>{name}</code>:{' '}
          {value === MASK ? (
            <span className={styles.masked}>
              {MASK} ({settings.masked})
            </span>
          ) : (
            <code>{value}</code>
          )}
        </li>
      ))}
    </ul>
  )
}
