import { type UseMutationResult, useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiProblem } from '../../api/problem.ts'
import type { TaggedSubscription } from '../../api/subscription-changes.ts'
import { subscriptionQuery } from '../../api/subscriptions.ts'
import { useTakeAnswer } from './use-take-answer.ts'

/** A change that is made only to what whoever decided on it has seen. */
export interface GuardedChange<Input, Answer> {
  /** What the decision is about: the subscription when the dialog was opened, or after the last conflict. */
  readonly base: TaggedSubscription
  readonly mutation: UseMutationResult<Answer, Error, Input>
  /** Whether somebody else was faster, and nothing was done; `base` is what it has become then. */
  readonly isConflict: boolean
  /** Why it was not done, for any other reason. */
  readonly error: Error | null
}

/** What a {@link useGuardedChange} does. */
export interface GuardedChangeOptions<Input, Answer> {
  readonly opened: TaggedSubscription
  readonly change: (base: TaggedSubscription, input: Input) => Promise<Answer>
  /** Called when it was done, after the page shows the answer. */
  readonly onDone: (answer: Answer) => void | Promise<void>
  /** Called when somebody else was faster, with what it was and what it is now. */
  readonly onConflict?: (before: TaggedSubscription, current: TaggedSubscription) => void
}

/**
 * Makes a change with the entity tag of what its dialog was opened on, not of what was read meanwhile: else the page's own
 * reading would hide that somebody else has changed it. Nothing is shown as done before the answer says so.
 */
export function useGuardedChange<Input, Answer extends TaggedSubscription | undefined>({
  opened,
  change,
  onDone,
  onConflict,
}: GuardedChangeOptions<Input, Answer>): GuardedChange<Input, Answer> {
  const [base, setBase] = useState(opened)
  const queries = useQueryClient()
  const { id } = opened.subscription
  const takeAnswer = useTakeAnswer(id)

  const mutation = useMutation({
    mutationFn: (input: Input) => change(base, input),
    // Some inputs and answers hold a secret.
    gcTime: 0,
    async onSuccess(answer) {
      if (answer !== undefined) await takeAnswer(answer)
      await onDone(answer)
    },
    async onError(error) {
      if (!isConflict(error)) return
      const current = await queries.fetchQuery({ ...subscriptionQuery(id), staleTime: 0 })
      onConflict?.(base, current)
      setBase(current)
    },
  })
  const isRefused = mutation.isError && isConflict(mutation.error)
  return { base, mutation, isConflict: isRefused, error: isRefused ? null : mutation.error }
}

function isConflict(error: Error): boolean {
  return error instanceof ApiProblem && error.code === 'precondition_failed'
}
