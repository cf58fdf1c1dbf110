import type { ReactNode } from 'react'
import type { Subscription } from '../../api/subscriptions.ts'
import { useNow } from '../../components/clock.ts'
import { formatRelative } from '../../components/format-time.ts'
import { Time } from '../../components/time.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import styles from './health-section.module.css'

/** Why not everything that is due is attempted: one at a time is tried, or the endpoint is held. Nothing otherwise. */
export function HoldingNote({ subscription }: { readonly subscription: Subscription }): ReactNode {
  const now = useNow()
  const { holding } = strings.subscription
  const { is_probing: isProbing, held_until: heldUntil } = subscription.health
  const isHeld = heldUntil !== null && Date.parse(heldUntil) > now
  if (subscription.state !== 'active' || (!isProbing && !isHeld)) return null
  return (
    <div className={styles.note}>
      {isProbing && (
        <p>
          <strong>{holding.probingTitle}</strong>
        </p>
      )}
      {isProbing && <p>{holding.probing}</p>}
      {isHeld && (
        <p>
          <strong>
            <Words text={holding.heldTitle} values={{ at: <Time at={heldUntil} /> }} />
          </strong>
        </p>
      )}
      {isHeld && (
        <p>
          <Words
            text={isProbing ? holding.heldProbing : holding.heldAsked}
            values={{ relative: formatRelative(new Date(heldUntil), new Date(now)) }}
          />
        </p>
      )}
    </div>
  )
}
