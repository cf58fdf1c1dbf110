import type { IssueState } from '../client/jira-api.ts'
import type { JiraTarget } from '../target.ts'

/** Whether people have said that a failing control is accepted, by how they closed its issue. */
export type Acceptance =
  | { readonly kind: 'none' }
  | { readonly kind: 'holds' }
  /** `what` quotes it. */
  | { readonly kind: 'expired'; readonly what: string }

/** `now` in milliseconds. An acceptance whose time Jira does not tell holds. */
export function acceptanceOf(issue: IssueState, target: JiraTarget, now: number): Acceptance {
  if (issue.category !== 'done') return { kind: 'none' }
  const by = acceptedBy(issue, target)
  if (by === undefined) return { kind: 'none' }
  const { closedAt } = issue
  if (closedAt === undefined || now < closedAt + target.acceptanceExpiresAfterMs) return { kind: 'holds' }
  const on = new Date(closedAt).toISOString().slice(0, 10)
  const until = new Date(closedAt + target.acceptanceExpiresAfterMs).toISOString().slice(0, 10)
  return {
    kind: 'expired',
    what: `This was accepted as “${by}” on ${on}; the acceptance expired on ${until}.`,
  }
}

function acceptedBy({ resolution, labels }: IssueState, target: JiraTarget): string | undefined {
  const isResolution = (name: string) => name.toLowerCase() === resolution?.toLowerCase()
  if (target.acceptedResolutions.some(isResolution)) return resolution
  return labels.find((label) => target.acceptedLabels.includes(label))
}
