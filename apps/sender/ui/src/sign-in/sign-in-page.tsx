import { useMutation, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { type FormEvent, type ReactNode, useEffect, useState } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { sessionQuery, signIn } from '../api/session.ts'
import { Banner } from '../components/banner.tsx'
import { Button } from '../components/button.tsx'
import { CodeBlock } from '../components/code-block.tsx'
import { describeProblem } from '../components/error-state.tsx'
import { TextField } from '../components/field.tsx'
import { Page } from '../components/page.tsx'
import { announceSession } from '../shell/session-channel.ts'
import { strings } from '../strings/index.ts'
import { forgetDraftOfOthers } from '../webhooks/create/kept-draft.ts'
import { takeKeyFromAddress } from './take-key-from-address.ts'
import styles from './sign-in-page.module.css'

const route = getRouteApi('/sign-in')
const COMMAND = 'pnpm sender keys create --role admin'

/** Exchanges an API key for a session, and goes back to where one came from. */
export function SignInPage(): ReactNode {
  const { return: returnPath, reason } = route.useSearch()
  const [key, setKey] = useState('')
  const queries = useQueryClient()
  const router = useRouter()
  const signingIn = useMutation({
    mutationFn: signIn,
    // Nothing keeps the key.
    gcTime: 0,
    onSuccess(session) {
      // Nothing of whoever was signed in before.
      queries.clear()
      forgetDraftOfOthers(session.actor)
      announceSession()
      queries.setQueryData(sessionQuery.queryKey, session)
      router.history.replace(returnPath ?? '/settings/integrations/webhooks')
    },
  })

  const { mutate } = signingIn
  useEffect(() => {
    const given = takeKeyFromAddress(window.location, window.history)
    if (given !== undefined) mutate(given)
  }, [mutate])

  function submit(event: FormEvent): void {
    event.preventDefault()
    signingIn.mutate(key.trim())
  }

  const { shell } = strings
  return (
    <main className={styles.page}>
      <Page title={shell.signIn.title} description={shell.signIn.description}>
        {reason === 'ended' && signingIn.isIdle && <Banner tone="accent" title={shell.signIn.ended} />}
        <form onSubmit={submit} className={styles.form}>
          <TextField
            label={shell.signIn.key}
            description={shell.signIn.keyDescription}
            error={signingIn.isError ? explain(signingIn.error) : undefined}
            value={key}
            onChange={setKey}
            type="password"
            name="key"
            autoComplete="current-password"
            isMonospace
            required
          />
          <Button type="submit" variant="primary" isBusy={signingIn.isPending} disabled={key.trim() === ''}>
            {shell.signIn.submit}
          </Button>
        </form>
        <CodeBlock code={COMMAND} label={shell.signIn.command} />
      </Page>
    </main>
  )
}

function explain(error: Error): string {
  if (error instanceof ApiProblem && error.code === 'key_unknown') return strings.shell.signIn.unknown
  if (error instanceof ApiProblem && error.code === 'role_forbidden') return strings.shell.signIn.publisher
  const { title, detail } = describeProblem(error)
  return `${title}. ${detail}`
}
