import type { JiraIssue } from './model.ts'
import type { JiraSite } from './site.ts'

/** What a person chose in the browser. */
export interface MoveByHand {
  readonly statusName: string
  readonly resolutionName: string | undefined
  readonly at: number
}

/** Makes a transition past the API and its rules; throws when the issue, the status or the resolution does not exist. */
export function moveByHand(site: JiraSite, issueKey: string, move: MoveByHand): void {
  const issue = existingIssue(site, issueKey)
  const { workflow } = site.projectOf(issue)
  const status = workflow.statuses.find(({ name }) => name === move.statusName)
  const resolution = site.resolutions.find(({ name }) => name === move.resolutionName)
  if (status === undefined) throw new Error(`${issueKey} has no status '${move.statusName}'.`)
  if (resolution === undefined && move.resolutionName !== undefined)
    throw new Error(`The fake Jira has no resolution '${move.resolutionName}'.`)
  const isSameCategory = site.statusOf(issue).category === status.category
  site.put(
    {
      ...issue,
      statusId: status.id,
      values: { ...issue.values, resolution: resolution?.id ?? null },
      resolvedAt: resolution === undefined ? null : move.at,
      statusCategoryChangedAt: isSameCategory ? issue.statusCategoryChangedAt : move.at,
      updatedAt: move.at,
      statusChanges: [
        ...issue.statusChanges,
        { at: move.at, transitionId: '', from: issue.statusId, to: status.id, by: 'a person' },
      ],
    },
    move.at,
  )
}

/** The issue with this key; throws when there is none. */
export function existingIssue(site: JiraSite, issueKey: string): JiraIssue {
  const issue = site.findIssue(issueKey)
  if (issue === undefined) throw new Error(`The fake Jira has no issue ${issueKey}.`)
  return issue
}
