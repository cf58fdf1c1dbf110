import type { ReactNode } from 'react'
import type { Attempt, DeliveryDetail } from '../../api/deliveries.ts'
import { type Fact, Facts } from '../../components/facts.tsx'
import { formatDuration } from '../../components/format-time.ts'
import { Outcome } from '../../components/outcome.tsx'
import { Time } from '../../components/time.tsx'
import { VisibleText } from '../../components/visible-text.tsx'
import { strings } from '../../strings/index.ts'
import { BodyView } from './body-view.tsx'
import { CopyCurl } from './copy-curl.tsx'
import { HeaderTable } from './header-table.tsx'
import { phaseName } from './phase-name.ts'
import { segmentsOf } from './phases.ts'
import styles from './attempt-details.module.css'

/** What an {@link AttemptDetails} shows. */
export interface AttemptDetailsProps {
  readonly delivery: DeliveryDetail
  readonly attempt: Attempt
}

/** An attempt in full: what went wrong, each phase, what was sent, and what came back. */
export function AttemptDetails({ delivery, attempt }: AttemptDetailsProps): ReactNode {
  const { attempts: texts } = strings.delivery
  const { detail, request_headers: headers } = attempt
  return (
    <div className={styles.details}>
      {detail !== null && (
        <p className={styles.detail}>
          <VisibleText text={detail} />
        </p>
      )}
      <Facts facts={factsOf(attempt)} />
      {isReused(attempt) && <p className={styles.muted}>{texts.reused}</p>}
      <h3>{texts.response}</h3>
      <Response attempt={attempt} />
      <div className={styles.header}>
        <h3>{texts.requestHeaders}</h3>
        {headers !== null && <CopyCurl delivery={delivery} attempt={attempt} />}
      </div>
      {headers === null ? (
        <p className={styles.muted}>{texts.noRequest}</p>
      ) : (
        <HeaderTable headers={headers} label={texts.requestHeaders} />
      )}
    </div>
  )
}

function Response({ attempt }: { readonly attempt: Attempt }): ReactNode {
  const { attempts: texts } = strings.delivery
  const { outcome, http_status: httpStatus, response_body: body } = attempt
  if (httpStatus === null) return <p className={styles.muted}>{texts.noResponse}</p>
  return (
    <>
      <p>
        <Outcome outcome={outcome} httpStatus={httpStatus} />
      </p>
      {body === null || body === '' ? (
        <p className={styles.muted}>{texts.emptyResponse}</p>
      ) : (
        <>
          <BodyView text={body} label={texts.responseBody(attempt.number)} />
          <p className={styles.muted}>{texts.responseNote}</p>
        </>
      )}
    </>
  )
}

function isReused({ phases }: Attempt): boolean {
  return phases.connect_ms === null && phases.first_byte_ms !== null
}

function factsOf(attempt: Attempt): readonly Fact[] {
  const { attempts: texts } = strings.delivery
  const { started_at: startedAt, remote_address: address, outcome } = attempt
  return [
    { name: texts.started, value: <Time at={startedAt} /> },
    { name: texts.address, value: address === null ? texts.noAddress : <code>{address}</code> },
    ...segmentsOf(attempt).map(({ phase, ms }) => ({
      name: phaseName(phase, outcome),
      value: (
        <span className={styles.phase} data-phase={phase}>
          {formatDuration(ms)}
        </span>
      ),
    })),
  ]
}
