import type { ReactNode } from 'react'
import { useReadOnlyReason } from '../../api/session.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { Time } from '../../components/time.tsx'
import { Words } from '../../components/words.tsx'
import { strings } from '../../strings/index.ts'
import { describeActor } from './describe-actor.ts'
import { describeFailure } from './describe-failure.ts'
import type { DialogName } from './dialogs.tsx'
import { stateRequests } from './state-requests.ts'
import { shownState, type Transition } from './state-since.ts'
import { useKnownActors } from './use-known-actors.ts'
import styles from './state-banner.module.css'

/** What a {@link StateBanner} tells. */
export interface StateBannerProps {
  readonly subscription: Subscription
  /** What brought it into its state, if that is known. */
  readonly entered: Transition | undefined
  readonly onChoose: (dialog: DialogName) => void
}

/** Why nothing is sent, or soon will not be, and what to do; nothing while all is well. */
export function StateBanner({ subscription, entered, onChoose }: StateBannerProps): ReactNode {
  const readOnly = useReadOnlyReason()
  const { actions, banners } = strings.subscription
  const { state } = subscription
  const shown = shownState(subscription)
  if (shown === 'active') return null
  const request = stateRequests[state]
  return (
    <Banner
      tone={tones[shown]}
      title={banners[shown].title}
      actions={
        <>
          {shown !== 'paused' && (
            <Button onClick={() => onChoose('test')} disabledReason={readOnly}>
              {actions.test}
            </Button>
          )}
          {shown !== 'degraded' && (
            <Button onClick={() => onChoose(request)} disabledReason={readOnly}>
              {actions[request]}
            </Button>
          )}
        </>
      }
    >
      <div className={styles.words}>
        <Reason subscription={subscription} entered={entered} />
        <LastFailure entered={entered} />
        {shown !== 'degraded' && <Kept subscription={subscription} />}
        {shown !== 'degraded' && <p>{banners[shown].next}</p>}
      </div>
    </Banner>
  )
}

function Reason({ subscription, entered }: Omit<StateBannerProps, 'onChoose'>): ReactNode {
  const known = useKnownActors()
  const { banners } = strings.subscription
  const { state, state_reason: reason, health, created_at: createdAt } = subscription
  if (state === 'active') {
    const since = health.degraded_at === null ? null : <Time at={health.degraded_at} />
    return (
      <p>
        <Words text={banners.degraded.detail} values={{ since }} />
      </p>
    )
  }
  if (state === 'paused') {
    const { by, fromStart } = banners.paused
    const values = {
      since: <Time at={entered?.at ?? createdAt} />,
      who: <bdi>{describeActor(entered?.actor ?? null, known)}</bdi>,
    }
    return (
      <p>
        <Words text={entered === undefined ? fromStart : by} values={values} />
      </p>
    )
  }
  const { disabled } = banners
  if (entered === undefined) return <p>{disabled.unknownSince}</p>
  const failing = entered.failing_since === null ? null : <Time at={entered.failing_since} />
  const repeated =
    failing === null ? disabled.repeated : disabled.repeatedFailures(entered.consecutive_failures)
  const text =
    reason === 'endpoint_gone' ? disabled.gone : reason === 'requested' ? disabled.requested : repeated
  return (
    <p>
      <Words text={text} values={{ since: <Time at={entered.at} />, failing }} />
    </p>
  )
}

function LastFailure({ entered }: Pick<StateBannerProps, 'entered'>): ReactNode {
  const failure = entered === undefined || entered.to === 'paused' ? undefined : describeFailure(entered)
  if (failure === undefined) return null
  return (
    <p>
      <Words text={strings.subscription.banners.disabled.last} values={{ failure: <bdi>{failure}</bdi> }} />
    </p>
  )
}

function Kept({ subscription: { backlog } }: Pick<StateBannerProps, 'subscription'>): ReactNode {
  const { backlog: texts, banners } = strings.subscription
  if (backlog === null || backlog.count === 0) return <p>{banners.keptNothing}</p>
  return (
    <p>
      {banners.kept(texts.deliveries(backlog.count, backlog.is_exact))} {texts.limits}
    </p>
  )
}

const tones = { degraded: 'warning', paused: 'neutral', disabled: 'danger' } as const
