import type { IssueState, JiraApi } from '../client/jira-api.ts'
import { keyLabel } from '../render/labels.ts'

/** The search for every issue of a correlation key in a project. */
export function keySearch(project: string, key: string): string {
  return `project = ${quoted(project)} AND labels = ${quoted(keyLabel(key))} ORDER BY created DESC`
}

/** The issues that were made for `key`, open and closed, as far as the index knows them; `reconciled` are known by id. */
export async function findIssues(
  api: JiraApi,
  {
    project,
    key,
    reconciled,
  }: { readonly project: string; readonly key: string; readonly reconciled: readonly string[] },
  signal: AbortSignal,
): Promise<readonly IssueState[]> {
  const issues = await api.search(keySearch(project, key), reconciled, signal)
  // The label is only a short hash of the key, and people copy labels.
  return issues.filter(({ mark }) => mark?.key === key)
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
