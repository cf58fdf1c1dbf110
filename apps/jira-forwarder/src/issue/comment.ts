import { type Call, defined, type Effect, type Reconciliation } from '@complywise/forwarder'
import type { CommentMark, CommentState } from '../client/jira-api.ts'
import type { JiraRemote } from '../remote.ts'
import type { AdfDocument } from '../render/adf.ts'
import { footerOf, type Told } from '../render/issue-draft.ts'
import { oneLine } from '../render/plain-text.ts'
import { renderDocument } from '../render/render-document.ts'
import type { Workplace } from './work.ts'

/** A comment on an issue: the alert's own, or one that the configuration names. */
export interface Commenting extends Told {
  readonly place: Workplace
  /** Key of the issue, where it is not the alert's. */
  readonly issue?: string
  /** Only what the issue itself does not show is said: why it was reopened, and what Jira refused. */
  readonly isQuiet?: boolean
}

const longestSettleMs = 5_000

/**
 * Says a step on its issue; nothing where the issue was created by this step and says it itself, or where it is said there
 * already. Of two processes that say the same at the same moment, the second one takes its comment back.
 */
export async function comment(commenting: Commenting, call: Call<JiraRemote>): Promise<Effect<JiraRemote>> {
  const { place } = commenting
  const proof = commenting.issue ?? call.remote?.key
  if (proof === undefined) return {}
  const body = commentBody(commenting, call.remote)
  if (body === undefined) return { proof }
  // By its id, which stays when the issue moves to another project.
  const issue = commenting.issue ?? call.remote?.id ?? proof
  const [said] = await saidOn(commenting, issue, call.signal)
  if (said !== undefined) return { proof }
  const id = await place.api.addComment(issue, body, markOf(commenting), call.signal)
  if (id === undefined) return { degraded: ['issue_missing'] }
  const [first] = await saidOn(commenting, issue, call.signal, id)
  if (first === undefined || first.id === id) return { proof }
  const isGone = await place.api.deleteComment(issue, id, call.signal)
  return isGone ? { proof } : { proof, degraded: ['duplicate_comment'] }
}

/** Whether {@link comment}, whose outcome is unknown, has left its comment. */
export async function reconcileComment(
  commenting: Commenting,
  call: Call<JiraRemote>,
  intentAt: string,
): Promise<Reconciliation<JiraRemote>> {
  const { place, issue } = commenting
  const key = issue ?? call.remote?.key
  if (key === undefined) return { kind: 'absent' }
  const [said] = await saidOn(commenting, issue ?? call.remote?.id ?? key, call.signal)
  if (said !== undefined) return { kind: 'found', effect: { proof: key } }
  const leftMs = Date.parse(intentAt) + Math.min(place.settleMs, longestSettleMs) - place.now()
  if (leftMs <= 0) return { kind: 'absent' }
  return { kind: 'unsettled', retryAfterMs: leftMs, reason: 'jira_comment_unsettled' }
}

/** The comments that say the step already, whoever wrote them; the oldest first. */
async function saidOn(
  commenting: Commenting,
  issue: string,
  signal: AbortSignal,
  ownId?: string,
): Promise<readonly CommentState[]> {
  const own = markOf(commenting)
  // The small print of every comment names its event.
  const comments = await commenting.place.api.commentsWith(
    issue,
    oneLine(own.event_id, 1_000).slice(0, 100),
    ownId,
    signal,
  )
  return comments.filter(({ mark }) => mark !== undefined && isSame(mark, own))
}

// A process with another name for the target has other ids of steps, but tells the same.
function isSame(mark: CommentMark, own: CommentMark): boolean {
  if (mark.step === own.step) return true
  const isOfAlert = own.key !== undefined && mark.key === own.key
  return isOfAlert && mark.event_id === own.event_id && mark.action === own.action
}

function markOf({ step }: Commenting): CommentMark {
  const { id, event, action, alert } = step
  return { step: id, event_id: event.event_id, action, ...defined({ key: alert?.key }) }
}

/** What the comment of a step says; `undefined` when there is nothing to say. */
export function commentBody(
  { step, description, instance, isQuiet = false }: Told & Pick<Commenting, 'isQuiet'>,
  remote: JiraRemote | undefined,
): AdfDocument | undefined {
  if (remote?.silentIn === step.id) return undefined
  const isCreated = remote?.step === step.id
  const lists = isCreated ? droppedList(remote.dropped) : []
  if (isCreated && lists.length === 0) return undefined
  const footer = footerOf(step, instance)
  if (isCreated) {
    return renderDocument(
      {
        headline: 'Created without some fields',
        tone: 'warning',
        summary:
          'Jira refused some of the fields that are configured, so this issue was created without them.',
        fields: [],
        lines: [],
        hints: [],
      },
      { footer, hasHeadline: true, lists },
    )
  }
  const hints = remote?.hint?.step === step.id ? [remote.hint.text] : []
  if (isQuiet && hints.length === 0) return undefined
  return renderDocument(description, { footer, hasHeadline: true, hints })
}

function droppedList(dropped: JiraRemote['dropped'] = {}): readonly {
  readonly title: string
  readonly lines: readonly string[]
}[] {
  const lines = Object.entries(dropped).map(
    ([field, text]) => `${oneLine(field, 100)}: ${oneLine(text, 300)}`,
  )
  return lines.length === 0 ? [] : [{ title: 'Left out, with what Jira said:', lines }]
}
