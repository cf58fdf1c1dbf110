import type { Reply } from '@complywise/webhooks'
import type { Forwarded, StepResult } from '../engine/engine.ts'

/** What the answer to the sender says of one target; of several keys that came to the same, how many they are. */
export interface AnsweredStep {
  readonly target?: string
  readonly result: StepResult
  readonly reason?: string
  readonly count?: number
}

/** What the answer to the sender says besides its `status`: codes only, since the sender's log shows it to others. */
export interface ReplyFields {
  /** Why it is to be sent again, or was put aside. */
  readonly reason?: string
  readonly steps?: readonly AnsweredStep[]
}

/** How an event that was forwarded is told to its sender. */
export function replyFields({ steps, retryAfterMs }: Forwarded): ReplyFields {
  const counted = new Map<string, AnsweredStep & { readonly count: number }>()
  for (const { target, result, reason } of steps) {
    const id = JSON.stringify([target, result, reason])
    const step = { ...(target !== undefined && { target }), result, ...(reason !== undefined && { reason }) }
    counted.set(id, { ...step, count: (counted.get(id)?.count ?? 0) + 1 })
  }
  const reason =
    retryAfterMs === undefined ? undefined : steps.find(({ result }) => result === 'retry')?.reason
  return {
    ...(reason !== undefined && { reason }),
    steps: [...counted.values()].map(({ count, ...step }) => (count === 1 ? step : { ...step, count })),
  }
}

/** The receiver's reply with fields added to its JSON body. */
export function extendReply(reply: Reply, fields: ReplyFields): Reply {
  const body: unknown = JSON.parse(reply.body)
  return { ...reply, body: JSON.stringify({ ...Object(body), ...fields }) }
}
