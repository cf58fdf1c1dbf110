import type { Alert, Step } from '@complywise/forwarder'
import type { IssueMark, IssueState, JiraApi } from '../client/jira-api.ts'
import type { JiraRemote } from '../remote.ts'
import type { Told } from '../render/issue-draft.ts'
import type { JiraTarget } from '../target.ts'

/** What the work on a step's issue takes. */
export interface Work extends Told {
  readonly alert: Alert
  readonly target: JiraTarget
  readonly place: Workplace
  /** Nothing is said on an issue that is closed already. */
  readonly isOnlyToldWhileOpen: boolean
}

/** What all work on one site shares. */
export interface Workplace {
  readonly api: JiraApi
  /** Milliseconds. */
  readonly now: () => number
  readonly settleMs: number
  readonly reopenWindowMs: number
  /** Transitions, by project and id, that have no resolution on their screen, though it is not always said. */
  readonly withoutResolution: Set<string>
}

/** What is written on an issue that `work` creates. */
export function markOf({ alert, instance, step }: Pick<Work, 'alert' | 'instance' | 'step'>): IssueMark {
  return { key: alert.key, instance, event_id: step.event.event_id, step: step.id }
}

/** The issue as the ledger keeps it, with what is known of it already if it is the same. */
export function remoteOf(
  issue: IssueState,
  known: JiraRemote | undefined,
  { place, target }: Pick<Work, 'place' | 'target'>,
): JiraRemote {
  if (known?.id === issue.id) return { ...known, key: issue.key }
  const since = new Date(place.now()).toISOString()
  return { id: issue.id, key: issue.key, since, project: target.project, isSwept: false }
}

/** What the alert had at Jira before the step. */
export function earlierRemote(step: Step): JiraRemote | undefined {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Only this destination writes it.
  return step.before?.remote as JiraRemote | undefined
}

/** The project of an issue's key. */
export function projectOf(key: string): string {
  return key.slice(0, key.lastIndexOf('-'))
}
