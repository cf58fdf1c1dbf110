import { DestinationError } from '@complywise/forwarder'
import type { IssueState } from '../client/jira-api.ts'
import { filledFields, placeholderValues } from '../render/issue-draft.ts'
import { type Goal, planTransitions, type TransitionPlan } from './choose-transition.ts'
import { projectOf, type Work } from './work.ts'

/** Whether an issue got where it was to go; `degraded` says why it did not. */
export type Move =
  | { readonly kind: 'moved' }
  | { readonly kind: 'impossible'; readonly degraded: readonly string[] }

/** Where an issue goes. */
export interface Destined {
  readonly goal: Goal
  /** Names of resolutions to set, the best first. */
  readonly resolutions: readonly string[]
}

const attempts = 3

/**
 * Moves an issue to a status of the category, unless it is in one already; with the resolution, where Jira takes it.
 *
 * @throws {DestinationError} `retry` when others keep moving it at the same time.
 */
export async function moveIssue(
  work: Work,
  issue: IssueState,
  destined: Destined,
  signal: AbortSignal,
): Promise<Move> {
  const { api } = work.place
  let state: IssueState | undefined = issue
  for (let attempt = 0; attempt < attempts; attempt++) {
    if (state === undefined || isThere(state, destined.goal)) return { kind: 'moved' }
    const move = await tryTransitions(work, state, destined, signal)
    if (move.kind !== 'conflict') return move
    state = await api.readIssue(issue.id, signal)
  }
  throw new DestinationError('retry', 'jira_conflict', `${issue.key} is being moved by somebody else`, {
    retryAfterMs: 1_000,
  })
}

function isThere({ category }: IssueState, goal: Goal): boolean {
  return (category === 'done') === (goal === 'done')
}

async function tryTransitions(
  work: Work,
  issue: IssueState,
  { goal, resolutions }: Destined,
  signal: AbortSignal,
): Promise<Move | { readonly kind: 'conflict' }> {
  const { target, place } = work
  const plans = planTransitions(await place.api.transitions(issue.id, signal), {
    goal,
    preferred: goal === 'done' ? target.doneTransition : target.reopenTransition,
    resolutions,
    avoided: [...target.acceptedResolutions, 'Duplicate'],
    values: filledFields(target.transitionFields, placeholderValues(work)),
  })
  const refused: string[] = []
  for (const plan of plans) {
    if (plan.missing.length > 0) {
      refused.push(...plan.missing.map((field) => `transition_field:${field}`))
      continue
    }
    const answer = await tryPlan(work, issue, plan, signal)
    if (answer.kind === 'conflict') return answer
    if (answer.kind === 'done') return { kind: 'moved' }
    refused.push(...Object.keys(answer.errors).map((field) => `transition_field:${field}`))
  }
  return {
    kind: 'impossible',
    degraded: refused.length === 0 ? [`${goal}_transition`] : [...new Set(refused)],
  }
}

async function tryPlan(work: Work, issue: IssueState, plan: TransitionPlan, signal: AbortSignal) {
  const { api, withoutResolution } = work.place
  const known = `${projectOf(issue.key)} ${plan.id}`
  if (plan.resolution !== undefined && !withoutResolution.has(known)) {
    const fields = { ...plan.fields, resolution: { name: plan.resolution } }
    const answer = await api.transition(issue.id, plan.id, fields, signal)
    if (answer.kind !== 'refused') return answer
    if ('resolution' in answer.errors && withoutResolution.size < 10_000) withoutResolution.add(known)
  }
  return api.transition(issue.id, plan.id, plan.fields, signal)
}
