import type { ReactNode } from 'react'
import { Badge, type Tone } from '../components/badge.tsx'
import { Button } from '../components/button.tsx'
import { describeOutcome } from '../components/describe-outcome.ts'
import { describeProblem } from '../components/error-state.tsx'
import { type Fact, Facts } from '../components/facts.tsx'
import { formatDuration } from '../components/format-time.ts'
import { Skeleton } from '../components/skeleton.tsx'
import { Time } from '../components/time.tsx'
import { strings } from '../strings/index.ts'
import { type EndpointCheck as Check, type CheckState, useEndpointCheck } from './use-endpoint-check.ts'
import styles from './endpoint-check.module.css'

/** What the sender sees of an endpoint while its URL is being typed: addresses, certificate, answer, and what to put right. */
export function EndpointCheck({ url }: { readonly url: string }): ReactNode {
  const state = useEndpointCheck(url)
  const { check: texts } = strings.webhooks
  return (
    <div
      className={styles.check}
      role="group"
      aria-label={texts.title}
      aria-busy={state.kind === 'checking' || undefined}
    >
      <div aria-live="polite" className={styles.content}>
        <Content state={state} />
      </div>
      {(state.kind === 'checked' || state.kind === 'failed') && (
        <div className={styles.again}>
          <Button onClick={state.repeat}>{texts.again}</Button>
        </div>
      )}
    </div>
  )
}

function Content({ state }: { readonly state: CheckState }): ReactNode {
  const { check: texts } = strings.webhooks
  switch (state.kind) {
    case 'idle':
      return <p className={styles.muted}>{texts.idle}</p>
    case 'checking':
      return (
        <>
          <p className={styles.muted}>{texts.checking}</p>
          <Skeleton lines={2} height={18} />
        </>
      )
    case 'invalid':
      return <Verdict tone="danger" name={texts.invalid} text={state.detail} />
    case 'failed': {
      const { title, detail } = describeProblem(state.error)
      return <Verdict tone="neutral" name={texts.failed} text={`${title}. ${detail}`} />
    }
    default:
      return <Checked check={state.check} />
  }
}

function Checked({ check }: { readonly check: Check }): ReactNode {
  const { check: texts } = strings.webhooks
  const { refusal, findings } = check
  if (refusal !== null) return <Verdict tone="danger" name={texts.refused} text={refusal.detail} />
  return (
    <>
      <Summary check={check} />
      <Facts facts={factsOf(check)} />
      {findings.length > 0 && (
        <ul className={styles.findings}>
          {findings.map(({ code, severity, detail, remedy }) => (
            <li key={code} data-severity={severity}>
              <strong>{texts[severity]}:</strong> {detail}
              <div className={styles.muted}>{remedy}</div>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

function Summary({ check: { findings, http_status: status } }: { readonly check: Check }): ReactNode {
  const { check: texts } = strings.webhooks
  if (findings.some(({ severity }) => severity === 'error')) {
    return <Verdict tone="danger" name={texts.failing} text={texts.notBlocking} />
  }
  if (findings.length > 0) return <Verdict tone="warning" name={texts.warnings} text={texts.notBlocking} />
  return status === null ? (
    <Verdict tone="success" name={texts.permitted} text={texts.permittedText} />
  ) : (
    <Verdict tone="success" name={texts.ready} text={texts.readyText} />
  )
}

function Verdict({
  tone,
  name,
  text,
}: {
  readonly tone: Tone
  readonly name: string
  readonly text: string
}): ReactNode {
  return (
    <p className={styles.verdict}>
      <Badge tone={tone}>{name}</Badge> <span>{text}</span>
    </p>
  )
}

function factsOf({ addresses, tls, http_status: status, duration_ms: durationMs }: Check): readonly Fact[] {
  const { check: texts } = strings.webhooks
  return [
    { name: texts.addresses, value: addresses.length === 0 ? strings.none : addresses.join(', ') },
    ...(tls === null
      ? []
      : [
          { name: texts.tls, value: tls.protocol },
          { name: texts.issuer, value: <bdi>{tls.issuer ?? strings.none}</bdi> },
          {
            name: texts.validUntil,
            value: tls.valid_to === null ? strings.none : <Time at={tls.valid_to} />,
          },
        ]),
    ...(status === null ? [] : [{ name: texts.answer, value: describeOutcome(`http_${status}`, status) }]),
    ...(durationMs === null ? [] : [{ name: texts.duration, value: formatDuration(durationMs) }]),
  ]
}
