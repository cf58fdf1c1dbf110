import { getRouteApi, Navigate } from '@tanstack/react-router'
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react'
import { useReadOnlyReason, useSession } from '../api/session.ts'
import { Banner } from '../components/banner.tsx'
import { LinkButton } from '../components/link-button.tsx'
import { Page } from '../components/page.tsx'
import { strings } from '../strings/index.ts'
import { Breadcrumbs } from './breadcrumbs.tsx'
import { CreateForm } from './create/create-form.tsx'
import { type Draft, emptyDraft, isDirty } from './create/draft.ts'
import { forgetDraft, keepDraft, keptDraft } from './create/kept-draft.ts'
import { LeaveGuard } from './create/leave-guard.tsx'
import { useCreating } from './create/use-creating.ts'
import { Created } from './created/created.tsx'

const route = getRouteApi('/settings/integrations/webhooks/new')

/** Makes a subscription, and then shows its secret, once, with what the receiver needs. */
export function CreatePage(): ReactNode {
  const reason = useReadOnlyReason()
  const { creating: texts } = strings.webhooks
  if (reason === undefined) return <Creating />
  return (
    <Page title={texts.title} breadcrumbs={<Breadcrumbs />}>
      <Banner
        tone="neutral"
        title={texts.readOnly.title}
        actions={<LinkButton to="/settings/integrations/webhooks">{texts.readOnly.back}</LinkButton>}
      >
        {reason}
      </Banner>
    </Page>
  )
}

function Creating(): ReactNode {
  const { actor } = useSession()
  const { created: createdId } = route.useSearch()
  const navigate = route.useNavigate()
  const creating = useCreating()
  const { draft, setDraft, discard } = useDraft(actor)
  const { creating: texts } = strings.webhooks
  const created = creating.data

  useEffect(() => {
    if (created === undefined) return
    discard()
    void navigate({ search: { created: created.id }, replace: true })
  }, [created, discard, navigate])

  function startAgain(): void {
    // In this order: without an answer, an id in the URL leads to the subscription.
    void navigate({ search: {}, replace: true }).then(() => creating.reset())
  }

  if (created !== undefined) return <Created subscription={created} onAnother={startAgain} />
  // Loaded again, or come back to: the secret is not here any more.
  if (createdId !== undefined) {
    return (
      <Navigate
        to="/settings/integrations/webhooks/$subscriptionId"
        params={{ subscriptionId: createdId }}
        replace
      />
    )
  }
  return (
    <Page title={texts.title} description={texts.description} breadcrumbs={<Breadcrumbs />}>
      <CreateForm draft={draft} onChange={setDraft} creating={creating} />
      <LeaveGuard isDirty={isDirty(draft)} onLeave={discard} />
    </Page>
  )
}

/** What is being entered; kept for the same person when the page is taken away from them, unless it was discarded. */
function useDraft(actor: string): {
  readonly draft: Draft
  readonly setDraft: (draft: Draft) => void
  readonly discard: () => void
} {
  const [draft, setDraft] = useState(() => keptDraft(actor) ?? emptyDraft)
  const last = useRef(draft)
  useEffect(() => {
    last.current = draft
  }, [draft])
  useEffect(
    () => () => {
      if (isDirty(last.current)) keepDraft(actor, last.current)
      else forgetDraft()
    },
    [actor],
  )
  const discard = useCallback(() => {
    last.current = emptyDraft
    setDraft(emptyDraft)
  }, [])
  return { draft, setDraft, discard }
}
