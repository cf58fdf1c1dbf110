import type { Call, Effect, Reconciliation } from '@complywise/forwarder'
import type { IssueState } from '../client/jira-api.ts'
import type { JiraRemote } from '../remote.ts'
import { type Acceptance, acceptanceOf } from './acceptance.ts'
import { createdEffect, createIssue } from './create-issue.ts'
import { compareIds, findIssues, locateIssue } from './find-issues.ts'
import { moveIssue } from './move-issue.ts'
import { earlierRemote, projectOf, remoteOf, type Work } from './work.ts'

/**
 * Sees to it that there is one open issue for the alert: the one that it has, one that somebody else made for it, the
 * one that it had, reopened, or a new one. None where people have accepted the condition.
 */
export async function ensureIssue(work: Work, call: Call<JiraRemote>): Promise<Effect<JiraRemote>> {
  const { api } = work.place
  const remote = call.remote ?? earlierRemote(work.step)
  const known = remote === undefined ? undefined : await locateIssue(api, remote.id, call.signal)
  if (known !== undefined && known.category !== 'done') return effectOf(work, known, remote)
  const issues = await findIssues(work, known === undefined ? [] : [known.id], call.signal)
  const [open] = issues.filter(({ category }) => category !== 'done').toSorted(compareIds)
  if (open !== undefined) return effectOf(work, open, remote)
  const closed = known ?? issues.toSorted(compareIds).at(-1)
  if (closed === undefined) return createIssue(work, undefined, call.signal)
  return afterClosed(work, closed, remote, call.signal)
}

/** Whether {@link ensureIssue}, whose outcome is unknown, has made or reopened the issue. */
export async function reconcileIssue(
  work: Work,
  call: Call<JiraRemote>,
  intentAt: string,
): Promise<Reconciliation<JiraRemote>> {
  const { api, now, settleMs } = work.place
  const remote = call.remote ?? earlierRemote(work.step)
  const known = remote === undefined ? undefined : await locateIssue(api, remote.id, call.signal)
  if (known !== undefined && known.category !== 'done') {
    return { kind: 'found', effect: effectOf(work, known, remote) }
  }
  const issues = await findIssues(work, known === undefined ? [] : [known.id], call.signal)
  const [made] = issues.filter(({ mark }) => mark?.step === work.step.id).toSorted(compareIds)
  if (made !== undefined) return { kind: 'found', effect: effectOf(work, made, remote) }
  const leftMs = Date.parse(intentAt) + settleMs - now()
  if (leftMs <= 0) return { kind: 'absent' }
  return {
    kind: 'unsettled',
    retryAfterMs: leftMs,
    reason: 'jira_search_behind',
  }
}

async function afterClosed(
  work: Work,
  closed: IssueState,
  remote: JiraRemote | undefined,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const { now } = work.place
  const acceptance = acceptanceOf(closed, work.target, now())
  if (acceptance.kind === 'holds') {
    return { remote: { ...remoteOf(closed, remote, work), silentIn: work.step.id }, proof: closed.key }
  }
  const isElsewhere = isFailure(work) && isOfFormerProject(work, closed, remote)
  if (isElsewhere || !isReopened(work, closed, acceptance)) return createIssue(work, closed, signal)
  const move = await moveIssue(work, closed, { goal: 'open', resolutions: [] }, signal)
  if (move.kind === 'impossible') {
    const { degraded = [], ...created } = await createIssue(work, closed, signal)
    return { ...created, degraded: [...move.degraded, ...degraded] }
  }
  const kept = await clearResolution(work, closed, signal)
  const effect = effectOf(work, closed, remote)
  const why = acceptance.kind === 'expired' ? acceptance.what : stormReopened(work)
  const hint = why === undefined ? {} : { hint: { step: work.step.id, text: why } }
  return {
    ...effect,
    remote: { ...remoteOf(closed, remote, work), ...hint },
    ...(kept.length === 0 ? {} : { degraded: kept }),
  }
}

// A new one, unlike what goes on: that stays where people look for it.
function isFailure({ step: { action } }: Work): boolean {
  return action === 'open' || action === 'reopen'
}

// Somebody has given the target another project since; an issue that people have moved is no sign of that.
function isOfFormerProject(
  { target }: Work,
  { id, key, projectId }: IssueState,
  remote: JiraRemote | undefined,
): boolean {
  const { project = projectOf(remote?.key ?? key) } = remote?.id === id ? remote : {}
  const configured = target.project.toUpperCase()
  return ![project.toUpperCase(), projectOf(key).toUpperCase(), projectId].includes(configured)
}

// Nothing else would say why it is open again.
function stormReopened({ step }: Work): string | undefined {
  return step.action === 'progress' ? 'More controls fail than when this issue was closed.' : undefined
}

function isReopened({ step, place }: Work, { closedAt }: IssueState, acceptance: Acceptance): boolean {
  if (step.action === 'reopen' || acceptance.kind === 'expired') return true
  if (step.action === 'open') return false
  // A person has closed it while the condition held on.
  return closedAt === undefined || place.now() - closedAt <= place.reopenWindowMs
}

// An open issue with a resolution counts as done in most filters. Workflows usually clear it, but not all.
async function clearResolution(
  { place: { api } }: Work,
  closed: IssueState,
  signal: AbortSignal,
): Promise<readonly string[]> {
  if (closed.resolution === undefined) return []
  const now = await api.readIssue(closed.id, signal)
  if (now?.resolution === undefined) return []
  const answer = await api.editIssue(closed.id, { resolution: null }, signal)
  return answer.kind === 'done' ? [] : ['resolution']
}

function effectOf(work: Work, issue: IssueState, known: JiraRemote | undefined): Effect<JiraRemote> {
  const remote = remoteOf(issue, known, work)
  if (issue.mark?.step !== work.step.id) return { remote, proof: issue.key }
  // This very step made it, here or in another process.
  const earlier =
    known === undefined || known.id === issue.id ? {} : { earlier: { id: known.id, key: known.key } }
  return createdEffect({ ...remote, ...earlier, step: work.step.id }, issue.mark.dropped)
}
