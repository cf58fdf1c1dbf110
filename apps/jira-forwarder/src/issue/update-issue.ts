import type { Alert, Call, Effect } from '@complywise/forwarder'
import type { JiraRemote } from '../remote.ts'
import type { Work } from './work.ts'

/**
 * Changes fields of the alert's issue; those that Jira refuses are left as they are, and so is the description where a
 * later step has a newer one.
 */
export async function updateIssue(
  work: Work,
  planned: Readonly<Record<string, unknown>>,
  remote: JiraRemote,
  { alert, signal }: Call<JiraRemote>,
): Promise<Effect<JiraRemote>> {
  const { api } = work.place
  const { description, ...others } = planned
  const fields = description === undefined || isOutdated(work, alert) ? others : planned
  if (Object.keys(fields).length === 0) return { proof: remote.key }
  const isSilent = remote.silentIn === work.step.id || remote.step === work.step.id
  if (isSilent) return { proof: remote.key }
  const answer = await api.editIssue(remote.id, fields, signal)
  if (answer.kind === 'done') return { proof: remote.key }
  const refused = Object.keys(fields).filter((id) => id in answer.errors)
  const rest = Object.fromEntries(Object.entries(fields).filter(([id]) => !refused.includes(id)))
  if (refused.length > 0 && Object.keys(rest).length > 0) await api.editIssue(remote.id, rest, signal)
  return { proof: remote.key, degraded: refused.length > 0 ? refused : Object.keys(fields) }
}

// Each edit is a mail to every watcher, and an issue takes only so many of them.
function isOutdated({ alert }: Work, known: Alert | undefined): boolean {
  return known?.state === 'open' && JSON.stringify(known.members) !== JSON.stringify(alert.members)
}
