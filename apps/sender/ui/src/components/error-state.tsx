import type { ReactNode } from 'react'
import { ApiProblem } from '../api/problem.ts'
import { strings } from '../strings/index.ts'
import { Banner } from './banner.tsx'
import { Button } from './button.tsx'

/** What an {@link ErrorState} shows. */
export interface ErrorStateProps {
  readonly error: unknown
  /** Tries again. Without it, there is no button. */
  readonly onRetry?: () => void
}

/** That something could not be loaded or done: what, why, and what to do about it. */
export function ErrorState({ error, onRetry }: ErrorStateProps): ReactNode {
  const { title, detail } = describeProblem(error)
  return (
    <Banner
      tone="danger"
      title={title}
      actions={onRetry && <Button onClick={() => onRetry()}>{strings.actions.tryAgain}</Button>}
    >
      {detail}
    </Banner>
  )
}

/** A problem in words. What is no answer of the API is told as a fault of the page. */
export function describeProblem(error: unknown): { readonly title: string; readonly detail: string } {
  if (!(error instanceof ApiProblem)) return strings.problems.internal
  if (error.code === 'unreachable') return strings.problems.unreachable
  if (error.title === '') return { title: strings.problems.unexpected(error.status), detail: '' }
  const fields = error.errors.map(({ path, detail }) => `${path.slice(1)}: ${detail}`)
  return { title: error.title, detail: [error.detail, ...fields].join(' ') }
}
