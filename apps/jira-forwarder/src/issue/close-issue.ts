import type { Effect } from '@complywise/forwarder'
import type { JiraRemote } from '../remote.ts'
import { locateIssue } from './find-issues.ts'
import { moveIssue } from './move-issue.ts'
import { remoteOf, type Work } from './work.ts'

/** Closes the issue of an alert that is over, unless somebody has. Where no transition leads there, its comment has to do. */
export async function closeIssue(
  work: Work,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const issue = await locateIssue(work.place.api, remote.id, signal)
  if (issue === undefined) return { degraded: ['issue_missing'] }
  const effect = { remote: remoteOf(issue, remote, work), proof: issue.key }
  const resolutions = [work.target.resolution, 'Done', 'Fixed', 'Resolved']
  const move = await moveIssue(work, issue, { goal: 'done', resolutions }, signal)
  return move.kind === 'moved' ? effect : { ...effect, degraded: move.degraded }
}
