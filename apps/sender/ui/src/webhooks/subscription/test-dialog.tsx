import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { eventTypesQuery } from '../../api/event-types.ts'
import { ApiProblem } from '../../api/problem.ts'
import { type TestEvent, testSubscription } from '../../api/subscription-changes.ts'
import { Button } from '../../components/button.tsx'
import { CodeBlock } from '../../components/code-block.tsx'
import { Dialog } from '../../components/dialog.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Select } from '../../components/select.tsx'
import { strings } from '../../strings/index.ts'
import { isTestEvent } from './test-events.ts'
import { TestResult } from './test-result.tsx'
import { useSecondsLeft } from './use-seconds-left.ts'
import styles from './test-dialog.module.css'

/** What a {@link TestDialog} is about. */
export interface TestDialogProps {
  readonly subscriptionId: string
  readonly onClose: () => void
}

/** Sends a test event of the chosen type, and shows what came of it. */
export function TestDialog({ subscriptionId, onClose }: TestDialogProps): ReactNode {
  const [event, setEvent] = useState<TestEvent>('webhook.test')
  const [freeAtMs, setFreeAtMs] = useState<number>()
  const queries = useQueryClient()
  const catalog = useQuery(eventTypesQuery)
  const sending = useMutation({
    mutationFn: async () => await testSubscription(subscriptionId, event),
    onSuccess() {
      void queries.invalidateQueries({ queryKey: ['deliveries'] })
      void queries.invalidateQueries({ queryKey: ['subscriptions', 'statistics'] })
    },
    onError(error) {
      const wait = waitOf(error)
      if (wait !== undefined) setFreeAtMs(Date.now() + wait * 1000)
    },
  })
  const secondsLeft = useSecondsLeft(freeAtMs)
  const { test: texts } = strings.subscription
  const chosen = catalog.data?.find((type) => type.event === event)
  const isTooFrequent = sending.isError && waitOf(sending.error) !== undefined

  return (
    <Dialog
      isOpen
      width="wide"
      onClose={onClose}
      title={texts.title}
      description={texts.description}
      actions={
        <>
          <Button onClick={onClose}>{strings.actions.close}</Button>
          <Button
            variant="primary"
            onClick={() => sending.mutate()}
            isBusy={sending.isPending}
            disabled={secondsLeft > 0}
          >
            {sending.data === undefined ? texts.send : texts.again}
          </Button>
        </>
      }
    >
      <Select
        label={texts.event}
        options={[
          { value: 'webhook.test' as const, label: texts.testType },
          ...(catalog.data ?? []).flatMap(({ event, title }) =>
            isTestEvent(event) ? [{ value: event, label: `${event}: ${title}` }] : [],
          ),
        ]}
        value={event}
        onChange={setEvent}
      />
      <p className={styles.muted}>{chosen === undefined ? texts.testDetail : texts.typeDetail}</p>
      {chosen !== undefined && (
        <details className={styles.example} open={sending.isIdle || undefined}>
          <summary>{texts.exampleSummary}</summary>
          <p className={styles.muted}>{texts.exampleNote}</p>
          <CodeBlock code={JSON.stringify(chosen.example, null, 2)} label={texts.example} />
        </details>
      )}
      {catalog.isError && <ErrorState error={catalog.error} onRetry={() => void catalog.refetch()} />}
      {isTooFrequent ? (
        <p role="status" className={styles.wait}>
          {secondsLeft > 0 ? texts.wait(secondsLeft) : texts.waitOver}
        </p>
      ) : (
        sending.isError && <ErrorState error={sending.error} />
      )}
      <div aria-live="polite" aria-busy={sending.isPending} className={styles.result}>
        {sending.isPending && <p>{texts.sending}</p>}
        {sending.isSuccess && <TestResult outcome={sending.data} />}
      </div>
    </Dialog>
  )
}

function waitOf(error: Error): number | undefined {
  if (!(error instanceof ApiProblem) || error.code !== 'tests_too_frequent') return undefined
  return error.retryAfterSeconds ?? 1
}
