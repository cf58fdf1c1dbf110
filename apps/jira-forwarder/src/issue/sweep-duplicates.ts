import type { Effect } from '@complywise/forwarder'
import type { IssueState } from '../client/jira-api.ts'
import type { JiraRemote } from '../remote.ts'
import { compareIds, findIssues, locateIssue } from './find-issues.ts'
import { moveIssue } from './move-issue.ts'
import { projectOf, remoteOf, type Work } from './work.ts'

/** Keys of issues on either side of one's own that are read, because search may not know them yet. */
const neighborhood = 40

/**
 * Sees to it that no more than one issue of the alert is open, whoever made the others: the oldest stays, the others are
 * closed as its duplicates. Every process comes to the same result, without any of them knowing of another.
 *
 * While search may be behind, issues with keys near the own one are read as well; whichever of two processes is the last
 * to create its issue finds the other's that way. It is asked again at later steps until search has caught up.
 */
async function sweepDuplicates(
  work: Work,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const { now, settleMs } = work.place
  if (remote.isSwept) return { remote, proof: remote.key }
  const isSettled = now() >= Date.parse(remote.since) + settleMs
  const issues = isSettled
    ? await findIssues(work, [remote.id], signal)
    : await issuesOfKey(work, remote, signal)
  const [winner, ...losers] = issues.filter(({ category }) => category !== 'done').toSorted(compareIds)
  const degraded: string[] = []
  for (const loser of losers) {
    if (winner !== undefined) degraded.push(...(await closeDuplicate(work, loser, winner, signal)))
  }
  const kept = winner === undefined ? remote : adopted(remote, winner, work)
  const isSwept = kept.id === remote.id && isSettled
  return {
    remote: { ...kept, isSwept },
    proof: kept.key,
    ...(degraded.length === 0 ? {} : { degraded: [...new Set(degraded)] }),
  }
}

/**
 * Finds the issue that stands for the alert now, which may be another one than the ledger knows: another process may have
 * closed that as a duplicate, or a person deleted it. Then sweeps.
 */
export async function followIssue(
  work: Work,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const issue = await locateIssue(work.place.api, remote.id, signal)
  if (issue !== undefined) {
    const followed = issue.id === remote.id ? remote : adopted(remote, issue, work)
    const isSilent = work.isOnlyToldWhileOpen && issue.category === 'done'
    const silence = isSilent ? { silentIn: work.step.id } : {}
    return sweepDuplicates(work, { ...followed, key: issue.key, ...silence }, signal)
  }
  const swept = await sweepDuplicates(work, { ...remote, isSwept: false }, signal)
  return swept.remote?.id === remote.id ? { remote, degraded: ['issue_missing'] } : swept
}

/** The keys that are read besides those that search finds. */
function neighborsOf(key: string): readonly string[] {
  const project = projectOf(key)
  const number = Number(key.slice(project.length + 1))
  if (!Number.isSafeInteger(number)) return [key]
  return Array.from({ length: 2 * neighborhood + 1 }, (_, index) => number - neighborhood + index)
    .filter((each) => each >= 1)
    .map((each) => `${project}-${each}`)
}

async function issuesOfKey(
  work: Work,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<readonly IssueState[]> {
  const { alert, place } = work
  const near = await place.api.readIssues(neighborsOf(remote.key), signal)
  const found = await findIssues(work, [remote.id], signal)
  const mine = near.filter(({ mark }) => mark?.key === alert.key)
  // What was read is newer than what was found.
  return [...new Map([...found, ...mine].map((issue) => [issue.id, issue])).values()]
}

// What was told of the own issue does not hold for another one.
function adopted(remote: JiraRemote, winner: IssueState, work: Work): JiraRemote {
  if (remote.id === winner.id) return remote
  const { hint, silentIn } = remote
  const kept = remoteOf(winner, undefined, work)
  return {
    ...kept,
    ...(winner.mark?.step === remote.step && remote.step !== undefined ? { step: remote.step } : {}),
    ...(hint === undefined ? {} : { hint }),
    ...(silentIn === undefined ? {} : { silentIn }),
  }
}

async function closeDuplicate(
  work: Work,
  loser: IssueState,
  winner: IssueState,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const { api } = work.place
  // First of all, so that whoever made it finds the other one from here on.
  if (loser.mark !== undefined)
    await api.setMark(loser.id, { ...loser.mark, duplicate_of: winner.key }, signal)
  const isLinked = await api.link('Duplicate', loser.id, winner.id, signal)
  const move = await moveIssue(
    work,
    loser,
    { goal: 'done', resolutions: ['Duplicate', work.target.resolution] },
    signal,
  )
  return [...(isLinked ? [] : ['duplicate_link']), ...(move.kind === 'moved' ? [] : move.degraded)]
}
