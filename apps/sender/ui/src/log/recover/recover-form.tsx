import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { createPortal } from 'react-dom'
import { ApiProblem } from '../../api/problem.ts'
import { countRecoverable, startRecovery } from '../../api/recover-jobs.ts'
import type { Subscription } from '../../api/subscriptions.ts'
import { Button } from '../../components/button.tsx'
import { ErrorState } from '../../components/error-state.tsx'
import { TextField } from '../../components/field.tsx'
import { timeZoneName } from '../../components/format-time.ts'
import { Select } from '../../components/select.tsx'
import { shortenMiddle } from '../../components/shorten.ts'
import { strings } from '../../strings/index.ts'
import { subscriptionName } from '../../webhooks/subscription-name.ts'
import { useDebounced } from '../../webhooks/use-debounced.ts'
import { RecoverCountText } from './recover-count-text.tsx'
import { fromLocalField, type Preset, presets, readRate, sinceOf, toLocalField } from './recover-since.ts'
import styles from './recover.module.css'

/** What a {@link RecoverForm} asks. */
export interface RecoverFormProps {
  /** From which one is chosen. */
  readonly subscriptions: readonly Subscription[]
  readonly first: Subscription
  /** Whether the subscription is given, so that there is nothing to choose. */
  readonly isGiven: boolean
  readonly since: string | undefined
  /** Where the button that starts is put. */
  readonly buttons: HTMLElement | null
  /** Called when it has begun, or had begun before. */
  readonly onProgress: (subscriptionId: string, wasRunning: boolean) => void
}

const TYPING_MS = 500
const MAX_NAME = 60

/** Which subscription to recover, since when, and how fast; and how many deliveries that would make. */
export function RecoverForm(props: RecoverFormProps): ReactNode {
  const { subscriptions, first, isGiven, since: given, buttons, onProgress } = props
  const { dialog: texts } = strings.delivery.recover
  const [subscriptionId, setSubscriptionId] = useState(first.id)
  const [preset, setPreset] = useState<Preset | 'custom'>(given === undefined ? 'day' : 'custom')
  // The instant is fixed when it is chosen: what was counted is what is recovered.
  const [presetSince, setPresetSince] = useState(() => sinceOf('day', new Date()))
  const [custom, setCustom] = useState(() => toLocalField(given ?? presetSince))
  const [rate, setRate] = useState('50')
  const formId = useId()
  const queries = useQueryClient()

  const wanted = preset === 'custom' ? fromLocalField(custom, new Date()) : presetSince
  const since = useDebounced(wanted, TYPING_MS)
  const perSecond = readRate(rate)
  const counting = useQuery({
    queryKey: ['recover-count', subscriptionId, since],
    enabled: since !== undefined,
    staleTime: 0,
    gcTime: 0,
    queryFn: ({ signal }) => countRecoverable({ subscriptionId, since: since ?? '' }, signal),
  })
  const starting = useMutation({
    mutationFn: (request: { readonly since: string; readonly perSecond: number }) =>
      startRecovery({ subscriptionId, since: request.since }, request.perSecond),
    async onSettled(_, error) {
      await queries.invalidateQueries({ queryKey: ['recover-jobs'] })
      if (error === null || isRunning(error)) onProgress(subscriptionId, error !== null)
    },
  })

  function choose(value: Preset | 'custom'): void {
    setPreset(value)
    if (value === 'custom') setCustom(toLocalField(presetSince))
    else setPresetSince(sinceOf(value, new Date()))
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (canStart && since !== undefined && perSecond !== undefined) starting.mutate({ since, perSecond })
  }

  const isCounted = wanted === since && !counting.isFetching
  const count = isCounted ? counting.data?.count : undefined
  const canStart = count !== undefined && count > 0 && perSecond !== undefined && !starting.isPending
  return (
    <form id={formId} onSubmit={submit} className={styles.form} noValidate>
      {isGiven ? (
        <p className={styles.name}>{shortenMiddle(subscriptionName(first), MAX_NAME)}</p>
      ) : (
        <Select
          label={texts.subscription}
          value={subscriptionId}
          onChange={setSubscriptionId}
          options={subscriptions.map((each) => ({
            value: each.id,
            label: shortenMiddle(subscriptionName(each), MAX_NAME),
          }))}
        />
      )}
      <Select
        label={texts.since}
        value={preset}
        onChange={choose}
        options={[...presets, 'custom' as const].map((value) => ({ value, label: texts.presets[value] }))}
      />
      {preset === 'custom' && (
        <TextField
          label={texts.custom(timeZoneName())}
          type="datetime-local"
          step={1}
          value={custom}
          onChange={setCustom}
          error={fromLocalField(custom, new Date()) === undefined ? texts.customInvalid : undefined}
        />
      )}
      <TextField
        label={texts.perSecond}
        description={texts.perSecondDescription}
        error={perSecond === undefined ? texts.perSecondInvalid : undefined}
        value={rate}
        onChange={setRate}
        inputMode="numeric"
        autoComplete="off"
      />
      <RecoverCountText
        count={count}
        perSecond={perSecond}
        isCounting={wanted !== undefined && !isCounted}
        error={isCounted ? counting.error : null}
        onRetry={() => void counting.refetch()}
      />
      {starting.error !== null && !isRunning(starting.error) && <ErrorState error={starting.error} />}
      {buttons !== null &&
        createPortal(
          <Button
            type="submit"
            form={formId}
            variant="primary"
            isBusy={starting.isPending}
            disabled={!canStart}
          >
            {count === undefined || count === 0 ? texts.startNothing : texts.start(count)}
          </Button>,
          buttons,
        )}
    </form>
  )
}

function isRunning(error: unknown): boolean {
  return error instanceof ApiProblem && error.code === 'recover_running'
}
