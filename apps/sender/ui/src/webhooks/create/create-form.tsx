import { type FormEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import { Banner } from '../../components/banner.tsx'
import { Button } from '../../components/button.tsx'
import { describeProblem } from '../../components/error-state.tsx'
import { TextField } from '../../components/field.tsx'
import { LinkButton } from '../../components/link-button.tsx'
import { Section } from '../../components/section.tsx'
import { strings } from '../../strings/index.ts'
import { EndpointCheck } from '../endpoint-check.tsx'
import { EventPicker } from '../event-picker.tsx'
import { refusalOf, useEndpointCheck } from '../use-endpoint-check.ts'
import { DetailFields } from './detail-fields.tsx'
import {
  assignErrors,
  checkDraft,
  type DraftErrors,
  hasErrors,
  noErrors,
  withoutErrorsOf,
} from './draft-errors.ts'
import { type Draft, toInput } from './draft.ts'
import { SecretFields } from './secret-fields.tsx'
import type { useCreating } from './use-creating.ts'
import styles from './create-form.module.css'

/** What a {@link CreateForm} works on. */
export interface CreateFormProps {
  readonly draft: Draft
  readonly onChange: (draft: Draft) => void
  readonly creating: ReturnType<typeof useCreating>
}

/** Everything that makes a subscription, on one page; what was entered stays, whatever is answered. */
export function CreateForm({ draft, onChange, creating }: CreateFormProps): ReactNode {
  const form = useRef<HTMLFormElement>(null)
  const [errors, setErrors] = useState(noErrors)
  const [refusedCount, setRefusedCount] = useState(0)
  // Known at once, unlike what is drawn: the second press of a double click comes before that.
  const isSending = useRef(false)
  const refusal = refusalOf(useEndpointCheck(draft.url))
  const { creating: texts } = strings.webhooks

  useEffect(() => {
    if (refusedCount > 0) form.current?.querySelector<HTMLElement>(firstToMend)?.focus()
  }, [refusedCount])

  function change(changes: Partial<Draft>): void {
    onChange({ ...draft, ...changes })
    setErrors(withoutErrorsOf(errors, changes))
  }

  function refuse(errors: DraftErrors): void {
    setErrors(errors)
    setRefusedCount(refusedCount + 1)
  }

  function submit(event: FormEvent): void {
    event.preventDefault()
    if (isSending.current) return
    const found = checkDraft(draft, refusal)
    if (hasErrors(found)) {
      refuse(found)
      return
    }
    setErrors(noErrors)
    isSending.current = true
    creating.mutate(toInput(draft), {
      onError: (error) => refuse(error instanceof ApiProblem ? assignErrors(error.errors, draft) : noErrors),
      onSettled: () => {
        isSending.current = false
      },
    })
  }

  return (
    <form ref={form} onSubmit={submit} className={styles.form} noValidate>
      <Section title={texts.endpoint.title} description={texts.endpoint.description}>
        <TextField
          label={texts.endpoint.url}
          description={texts.endpoint.urlHint}
          error={errors.url}
          value={draft.url}
          onChange={(url) => change({ url })}
          type="url"
          name="url"
          placeholder="https://example.com/webhooks"
          maxLength={2048}
          autoComplete="off"
          isMonospace
          required
        />
        <EndpointCheck url={draft.url} />
      </Section>
      <Section title={texts.events.title} description={texts.events.description}>
        <EventPicker value={draft.events} onChange={(events) => change({ events })} error={errors.events} />
      </Section>
      <SecretFields draft={draft} onChange={change} error={errors.secret} />
      <DetailFields draft={draft} onChange={change} errors={errors} />
      <Failure error={creating.error} others={errors.others} />
      <div className={styles.actions}>
        <Button type="submit" variant="primary" isBusy={creating.isPending}>
          {texts.submit}
        </Button>
        <LinkButton to="/settings/integrations/webhooks">{texts.cancel}</LinkButton>
      </div>
    </form>
  )
}

const firstToMend = '[aria-invalid=true]'

// What is wrong with fields stands at the fields.
function Failure({
  error,
  others,
}: {
  readonly error: Error | null
  readonly others: readonly string[]
}): ReactNode {
  if (error === null) return null
  const { title, detail } = describeProblem(error)
  const isAboutFields = error instanceof ApiProblem && error.errors.length > 0
  return (
    <Banner tone="danger" title={strings.webhooks.creating.failed}>
      {isAboutFields ? [error.detail, ...others].join(' ') : `${title}. ${detail}`}
    </Banner>
  )
}
