import type { ReactNode } from 'react'
import type { TestOutcome } from '../../api/subscription-changes.ts'
import { Banner } from '../../components/banner.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Facts } from '../../components/facts.tsx'
import { formatDuration } from '../../components/format-time.ts'
import { LinkButton } from '../../components/link-button.tsx'
import { Outcome } from '../../components/outcome.tsx'
import { Time } from '../../components/time.tsx'
import { strings } from '../../strings/index.ts'
import { TestPhases } from './test-phases.tsx'
import styles from './test-dialog.module.css'

/** What came of a test: whether it was accepted, what to do now, where the time went, and what was answered. */
export function TestResult({ outcome: test }: { readonly outcome: TestOutcome }): ReactNode {
  const { test: texts } = strings.subscription
  const isAccepted = test.outcome === 'succeeded'
  return (
    <>
      <Banner
        tone={isAccepted ? 'success' : 'danger'}
        title={isAccepted ? texts.succeeded : texts.failed}
        actions={
          <LinkButton
            to="/settings/webhooks/delivery-log/$deliveryId"
            params={{ deliveryId: test.delivery_id }}
          >
            {texts.delivery}
          </LinkButton>
        }
      >
        {test.detail !== null && (
          <p>
            {texts.detail}: <bdi>{test.detail}</bdi>
          </p>
        )}
        <p>{isAccepted ? test.advice : `${texts.advice}: ${test.advice}`}</p>
      </Banner>
      <Facts
        facts={[
          {
            name: texts.outcome,
            value: <Outcome outcome={test.outcome} httpStatus={test.http_status} />,
          },
          { name: texts.httpStatus, value: test.http_status ?? texts.noStatus },
          { name: texts.duration, value: formatDuration(test.duration_ms) },
          { name: texts.address, value: test.remote_address ?? texts.noAddress },
          { name: texts.sent, value: <Time at={test.started_at} format="milliseconds" /> },
        ]}
      />
      <TestPhases phases={test.phases} />
      <h3>{texts.responseBody}</h3>
      {test.response_body === null ? (
        <p className={styles.muted}>{texts.noBody}</p>
      ) : test.response_body === '' ? (
        <p className={styles.muted}>{texts.emptyBody}</p>
      ) : (
        <CodeBlock code={test.response_body} label={texts.responseBodyOf} isWrapped />
      )}
    </>
  )
}
