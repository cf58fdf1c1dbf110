import type { ReactNode } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import { EmptyState } from '../../components/empty-state.tsx'
import { ErrorState } from '../../components/error-state.tsx'

/** What a {@link NotFoundOrError} says. */
export interface NotFoundOrErrorProps {
  readonly error: unknown
  readonly onRetry: () => void
  /** That there is no such thing. */
  readonly title: string
  /** Why that may be. */
  readonly children: ReactNode
  readonly actions: ReactNode
}

/** That what an id stands for is not there, or could not be loaded. */
export function NotFoundOrError({
  error,
  onRetry,
  title,
  children,
  actions,
}: NotFoundOrErrorProps): ReactNode {
  if (!isAbsent(error)) return <ErrorState error={error} onRetry={onRetry} />
  return (
    <EmptyState title={title} actions={actions}>
      {children}
    </EmptyState>
  )
}

// What is no id at all fails as a field that is not valid.
function isAbsent(error: unknown): boolean {
  return error instanceof ApiProblem && (error.code === 'not_found' || error.code === 'validation_failed')
}
