import type { Call, Effect, Operation } from '@complywise/forwarder'
import type { JiraRemote } from '../remote.ts'
import { renderIssue } from '../render/issue-draft.ts'
import { closeIssue } from './close-issue.ts'
import { comment, commentBody, type Commenting, reconcileComment } from './comment.ts'
import { ensureIssue, reconcileIssue } from './ensure-issue.ts'
import { keySearch } from './find-issues.ts'
import { keyLabel } from './key-label.ts'
import { type EvidenceLink, linkEarlier, linkEvidence } from './link-issues.ts'
import type { Sweeper } from './sweeper.ts'
import { updateIssue } from './update-issue.ts'
import type { Work, Workplace } from './work.ts'

/** Sees to it that there is an open issue. */
export function ensureOperation(work: Work): Operation<JiraRemote> {
  const { fields, assignee } = renderIssue(work, work.alert, work.target, keyLabel(work.alert.key))
  return {
    name: 'ensure_issue',
    repeat: 'reconcile',
    preview: { fields: { ...fields, ...(assignee === undefined ? {} : { assignee }) } },
    perform: (call) => ensureIssue(work, call),
    reconcile: (call, intentAt) => reconcileIssue(work, call, intentAt),
  }
}

/** Sees to it that there is no other one. */
export function sweepOperation(work: Work, sweeper: Sweeper): Operation<JiraRemote> {
  return {
    name: 'sweep_duplicates',
    repeat: 'safe',
    preview: { jql: keySearch(work.target.project, work.alert.key) },
    perform: (call) => sweeper.sweep(work, call),
  }
}

export function updateOperation(
  work: Work,
  fields: Readonly<Record<string, unknown>>,
): Operation<JiraRemote> {
  return onIssue('update_issue', { fields }, (remote, call) => updateIssue(work, fields, remote, call))
}

export function commentOperation(commenting: Commenting): Operation<JiraRemote> {
  return {
    name: 'add_comment',
    repeat: 'reconcile',
    preview: {
      ...(commenting.issue === undefined ? {} : { issue: commenting.issue }),
      body: commentBody(commenting, undefined),
    },
    perform: (call) => comment(commenting, call),
    reconcile: (call, intentAt) => reconcileComment(commenting, call, intentAt),
  }
}

export function linkEarlierOperation(place: Workplace): Operation<JiraRemote> {
  return onIssue('link_earlier', { type: 'Relates' }, (remote, { signal }) =>
    linkEarlier(place, remote, signal),
  )
}

export function linkEvidenceOperation(place: Workplace, link: EvidenceLink): Operation<JiraRemote> {
  return onIssue('link_evidence', link, (remote, { signal }) => linkEvidence(place, link, remote, signal))
}

export function closeOperation(work: Work): Operation<JiraRemote> {
  const { resolution } = work.target
  return onIssue('close_issue', { statusCategory: 'done', resolution }, (remote, { signal }) =>
    closeIssue(work, remote, signal),
  )
}

// An operation that may be repeated, on the issue of the alert; none without an issue.
function onIssue(
  name: string,
  preview: unknown,
  perform: (remote: JiraRemote, call: Call<JiraRemote>) => Promise<Effect<JiraRemote>>,
): Operation<JiraRemote> {
  return {
    name,
    repeat: 'safe',
    preview,
    perform: async (call) => (call.remote === undefined ? {} : perform(call.remote, call)),
  }
}
