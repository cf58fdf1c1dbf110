import { DestinationError, type Effect } from '@complywise/forwarder'
import type { IssueState } from '../client/jira-api.ts'
import type { JiraRemote } from '../remote.ts'
import { renderIssue } from '../render/issue-draft.ts'
import { type DegradedFields, withoutRefused } from './degrade.ts'
import { keyLabel } from './key-label.ts'
import { markOf, type Work } from './work.ts'

const attempts = 8

/**
 * Creates the issue of an alert, with its labels and its mark in the same request; without the fields that Jira refuses.
 *
 * @param earlier the issue before it, to be linked with.
 */
export async function createIssue(
  work: Work,
  earlier: IssueState | undefined,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const { api, now } = work.place
  let draft = await draftOf(work, signal)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const isDegraded = Object.keys(draft.dropped).length > 0
    const mark = { ...markOf(work), ...(isDegraded ? { dropped: draft.dropped } : {}) }
    const answer = await api.createIssue(draft.fields, mark, signal)
    if (answer.kind === 'done') {
      const { id, key } = answer.value
      return createdEffect(
        {
          id,
          key,
          since: new Date(now()).toISOString(),
          project: work.target.project,
          step: work.step.id,
          isSwept: false,
          ...(earlier === undefined ? {} : { earlier: { id: earlier.id, key: earlier.key } }),
        },
        draft.dropped,
      )
    }
    draft = withoutRefused(draft, answer, work.step.target)
  }
  throw new DestinationError(
    'payload',
    'jira_issue_refused',
    `Jira refused the issue ${attempts} times, each time for other fields`,
  )
}

/** What a created issue leaves. */
export function createdEffect(
  remote: JiraRemote,
  dropped: Readonly<Record<string, string>> = {},
): Effect<JiraRemote> {
  const names = Object.keys(dropped)
  if (names.length === 0) return { remote, proof: remote.key }
  return { remote: { ...remote, dropped }, proof: remote.key, degraded: names }
}

async function draftOf(work: Work, signal: AbortSignal): Promise<DegradedFields> {
  const { target, place } = work
  const { fields, assignee } = renderIssue(work, work.alert, target, keyLabel(work.alert.key))
  if (assignee === undefined) return { fields, dropped: {} }
  const accountId = await place.api.findAssignee(target.project, assignee, signal)
  return accountId === undefined
    ? {
        fields,
        dropped: { assignee: `${assignee} is nobody to whom issues of the project can be assigned.` },
      }
    : { fields: { ...fields, assignee: { accountId } }, dropped: {} }
}
