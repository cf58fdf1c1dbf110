import type { Call, Effect, Reconciliation } from '@complywise/forwarder'
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

/** Says a step on its issue; nothing where the issue was created by this step and says it itself. */
export async function comment(commenting: Commenting, call: Call<JiraRemote>): Promise<Effect<JiraRemote>> {
  const { step, place } = commenting
  const issue = commenting.issue ?? call.remote?.key
  if (issue === undefined) return {}
  const body = commentBody(commenting, call.remote)
  if (body === undefined) return { proof: issue }
  const asked = { id: step.id, eventId: step.event.event_id, key: step.alert?.key }
  // By its id, which stays when the issue moves to another project.
  const isThere = await place.api.addComment(
    commenting.issue ?? call.remote?.id ?? issue,
    body,
    asked,
    call.signal,
  )
  return isThere ? { proof: issue } : { degraded: ['issue_missing'] }
}

/** Whether {@link comment}, whose outcome is unknown, has left its comment. */
export async function reconcileComment(
  { step, place, issue }: Commenting,
  call: Call<JiraRemote>,
  intentAt: string,
): Promise<Reconciliation<JiraRemote>> {
  const key = issue ?? call.remote?.key
  if (key === undefined) return { kind: 'absent' }
  const comments = await place.api.comments(key, call.signal)
  if (comments.some((each) => each.step === step.id)) return { kind: 'found', effect: { proof: key } }
  const leftMs = Date.parse(intentAt) + Math.min(place.settleMs, longestSettleMs) - place.now()
  if (leftMs <= 0) return { kind: 'absent' }
  return { kind: 'unsettled', retryAfterMs: leftMs, reason: 'jira_comment_unsettled' }
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
