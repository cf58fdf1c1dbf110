import type { Effect } from '@complywise/forwarder'
import type { JiraRemote } from '../remote.ts'
import type { Told } from '../render/issue-draft.ts'
import { oneLine } from '../render/plain-text.ts'
import type { Workplace } from './work.ts'

/** Links a new issue with the one before it. */
export async function linkEarlier(
  { api }: Workplace,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const { earlier, ...rest } = remote
  if (earlier === undefined || earlier.id === remote.id) return { proof: remote.key }
  const isLinked = await api.link('Relates', remote.id, earlier.id, signal)
  return { remote: rest, proof: remote.key, ...(isLinked ? {} : { degraded: ['relates_link'] }) }
}

/** A piece of evidence as a link on an issue. */
export interface EvidenceLink {
  readonly globalId: string
  readonly url: string
  readonly title: string
}

/** The link to a step's evidence; `undefined` when it has none, or no page for it is configured. */
export function evidenceLink({ step, description, instance }: Told): EvidenceLink | undefined {
  const { facts, event } = step
  if (facts.kind !== 'evidence_uploaded' || description.link === undefined) return undefined
  const id = oneLine(facts.evidenceId ?? event.event_id, 150)
  return {
    globalId: `complywise:${instance}:evidence:${id}`.slice(0, 255),
    url: description.link.url,
    title: oneLine(facts.fileName ?? description.headline, 255) || 'Evidence',
  }
}

/** Puts the evidence on the alert's issue, once however often it is done. */
export async function linkEvidence(
  { api }: Workplace,
  link: EvidenceLink,
  remote: JiraRemote,
  signal: AbortSignal,
): Promise<Effect<JiraRemote>> {
  const answer = await api.putRemoteLink(remote.id, link, signal)
  return { proof: remote.key, ...(answer.kind === 'done' ? {} : { degraded: ['evidence_link'] }) }
}
