import type { Effect } from '@complywise/forwarder'
import type { JiraRemote } from '../remote.ts'
import type { Work } from './work.ts'

/** Changes fields of the alert's issue; those that Jira refuses are left as they are. */
export async function updateIssue(
  work: Work,
  fields: Readonly<Record<string, unknown>>,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const { api } = work.place
  const isSilent = remote.silentIn === work.step.id || remote.step === work.step.id
  if (isSilent) return { proof: remote.key }
  const answer = await api.editIssue(remote.id, fields, signal)
  if (answer.kind === 'done') return { proof: remote.key }
  const refused = Object.keys(fields).filter((id) => id in answer.errors)
  const rest = Object.fromEntries(Object.entries(fields).filter(([id]) => !refused.includes(id)))
  if (refused.length > 0 && Object.keys(rest).length > 0) await api.editIssue(remote.id, rest, signal)
  return { proof: remote.key, degraded: refused.length > 0 ? refused : Object.keys(fields) }
}
