import { DestinationError } from '@complywise/forwarder'
import type { IssueState, JiraApi } from '../client/jira-api.ts'
import { keyLabel } from './key-label.ts'
import type { Work } from './work.ts'

/** The search for every issue of a correlation key in a project. */
export function keySearch(project: string, key: string): string {
  return `project = ${quoted(project)} AND labels = ${quoted(keyLabel(key))} ORDER BY created DESC`
}

/**
 * The issues that were made for the alert, open and closed, as far as the index knows them.
 *
 * @param reconciled ids of issues that are taken as they are written.
 */
export async function findIssues(
  { alert, target, step, place }: Work,
  reconciled: readonly string[],
  signal: AbortSignal,
): Promise<readonly IssueState[]> {
  const answer = await place.api.search(keySearch(target.project, alert.key), reconciled, signal)
  if (answer.kind === 'refused') {
    const said = [...answer.errorMessages, ...Object.values(answer.errors)].join(' ')
    throw new DestinationError(
      'operator',
      'jira_project_not_found',
      `Jira cannot search the project: ${said}`,
      {
        fix: `Correct \`targets.${step.target}.project\`, or give the account the permission Browse Projects there.`,
      },
    )
  }
  // The label is only a short hash of the key, and people copy labels.
  return answer.value.filter(({ mark }) => mark?.key === alert.key)
}

/**
 * The issue that stands for the alert now: the one with `id`, or the one that this was closed as a duplicate of.
 *
 * @returns `undefined` when it was deleted, or moved to where the account sees nothing.
 */
export async function locateIssue(
  api: JiraApi,
  id: string,
  signal: AbortSignal,
): Promise<IssueState | undefined> {
  let issue = await api.readIssue(id, signal)
  for (let hops = 0; hops < 5 && issue?.mark?.duplicate_of !== undefined; hops++) {
    const winner = await api.readIssue(issue.mark.duplicate_of, signal)
    if (winner === undefined) return issue
    issue = winner
  }
  return issue
}

/** The older of two issues first: Jira numbers them in the order they were made. */
export function compareIds(one: IssueState, other: IssueState): number {
  return Number(one.id) - Number(other.id)
}

/** A text of JQL in which nothing is an operator. */
function quoted(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
