import { type Alert, type Operation, severities, type Step } from '@complywise/forwarder'
import { evidenceLink } from './issue/link-issues.ts'
import {
  closeOperation,
  commentOperation,
  ensureOperation,
  linkEarlierOperation,
  linkEvidenceOperation,
  sweepOperation,
  updateOperation,
} from './issue/operations.ts'
import type { Sweeper } from './issue/sweeper.ts'
import { earlierRemote, projectOf, type Work, type Workplace } from './issue/work.ts'
import type { JiraRemote } from './remote.ts'
import { renderDescription, renderPriority, type Told } from './render/issue-draft.ts'
import { type JiraTarget, targetSchema } from './target.ts'

/** What plans are made with. */
export interface Planner {
  readonly place: Workplace
  readonly sweeper: Sweeper
}

/**
 * The operations of a step, the same for the same step.
 *
 * | Action                   | Operations                                                               |
 * | ------------------------ | ------------------------------------------------------------------------ |
 * | open, reopen, repeat     | ensure_issue, sweep_duplicates, link_earlier, update_issue?, add_comment |
 * | progress, more failing   | the same, with a new description; the comment only for what it cannot say |
 * | progress, more severe    | the same, or without ensuring; with a comment                            |
 * | progress, some recovered | sweep_duplicates, update_issue                                           |
 * | note                     | sweep_duplicates, add_comment, link_evidence?                            |
 * | resolve                  | sweep_duplicates, update_issue?, add_comment, close_issue                |
 * | announce                 | add_comment on the umbrella issue, where there is one                    |
 * | late                     | none                                                                     |
 */
export function planStep(
  told: Told,
  target: JiraTarget | undefined,
  { place, sweeper }: Planner,
): readonly Operation<JiraRemote>[] {
  const { step } = told
  const { action, alert } = step
  if (action === 'late') return []
  if (alert === undefined) return announce(told, target, place)
  const isTold = target !== undefined && hasIssue(step, alert, target)
  const known = earlierRemote(step)
  if (!isTold && known === undefined) return []
  const work: Work = {
    ...told,
    alert,
    target: target ?? formerTarget(known),
    place,
    // What has no issue of its own yet must not be told on the closed one of the time before.
    isOnlyToldWhileOpen: target !== undefined && !isTold,
  }
  const sweep = sweepOperation(work, sweeper)
  // Every comment is a mail to each watcher: how a storm goes on stands in its description.
  const isQuiet = action === 'progress' && !isMoreSevere(step, alert)
  const say = commentOperation({ ...told, place, isQuiet })
  if (action === 'resolve') return [sweep, ...updateOf(work), say, closeOperation(work)]
  if (action === 'note') return [sweep, say, ...evidence(told, place)]
  const changes = updateOf(work)
  if (!isTold || !isWorse(step, alert)) return [sweep, ...changes, ...(isQuiet ? [] : [say])]
  return [ensureOperation(work), sweep, linkEarlierOperation(place), ...changes, say]
}

/** Whether a condition is one that the target has issues for. */
function hasIssue({ facts }: Step, { kind, count }: Alert, { issuesFor, scanFailures }: JiraTarget): boolean {
  if (!issuesFor.includes(kind)) return false
  if (kind !== 'scan') return true
  return (facts.kind === 'scan_failed' ? facts.consecutive : count) >= scanFailures
}

// Recovering members of a storm are no reason to reopen what a person has closed.
function isWorse({ action, before }: Step, alert: Alert): boolean {
  return action !== 'progress' || openMembers(alert) > openMembers(before)
}

function isMoreSevere({ before }: Step, alert: Alert): boolean {
  return before !== undefined && severities.indexOf(alert.severity) < severities.indexOf(before.severity)
}

function openMembers(alert: Alert | undefined): number {
  return (alert?.members ?? []).filter(({ state }) => state === 'open').length
}

function updateOf(work: Work): readonly Operation<JiraRemote>[] {
  const { step, alert, target } = work
  const priority =
    step.before?.state === 'open' && step.before.severity !== alert.severity
      ? renderPriority(alert, target)
      : {}
  // The list of a storm stands there.
  const isListed = alert.kind === 'storm' && step.action !== 'open'
  const description = isListed ? { description: renderDescription(work) } : {}
  const fields = { ...priority, ...description }
  return Object.keys(fields).length === 0 ? [] : [updateOperation(work, fields)]
}

function evidence(told: Told, place: Workplace): readonly Operation<JiraRemote>[] {
  const link = evidenceLink(told)
  return link === undefined ? [] : [linkEvidenceOperation(place, link)]
}

function announce(
  told: Told,
  target: JiraTarget | undefined,
  place: Workplace,
): readonly Operation<JiraRemote>[] {
  return target?.umbrella === undefined ? [] : [commentOperation({ ...told, place, issue: target.umbrella })]
}

// The configuration does not name the target any more: its issues are closed as if it had no wishes.
function formerTarget(remote: JiraRemote | undefined): JiraTarget {
  return targetSchema.parse({ project: remote === undefined ? 'UNKNOWN' : projectOf(remote.key) })
}
