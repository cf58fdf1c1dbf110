import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { testSubscription } from '../../api/subscription-changes.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { TestResult } from '../subscription/test-result.tsx'
import styles from './created.module.css'

/** Sends a test event to a new subscription, and shows what came of it. */
export function TrySubscription({ subscriptionId }: { readonly subscriptionId: string }): ReactNode {
  const queries = useQueryClient()
  const testing = useMutation({
    mutationFn: async () => await testSubscription(subscriptionId, 'webhook.test'),
    onSuccess: () => void queries.invalidateQueries({ queryKey: ['deliveries'] }),
  })
  const { created: texts } = strings.webhooks.creating
  return (
    <Section title={texts.testTitle} description={texts.testText}>
      <div>
        <Button variant="primary" isBusy={testing.isPending} onClick={() => testing.mutate()}>
          {testing.isIdle || testing.isPending ? texts.test : texts.testAgain}
        </Button>
      </div>
      {testing.isError && <ErrorState error={testing.error} />}
      {testing.isSuccess && (
        <div className={styles.result}>
          <TestResult outcome={testing.data} />
        </div>
      )}
    </Section>
  )
}
