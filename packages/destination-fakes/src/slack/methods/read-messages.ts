import { flag, type MethodArguments, optionalString, requiredString } from '../method-arguments.ts'
import { malformed, SlackProblem } from '../slack-problem.ts'
import { messageAt, microsOf, type SlackMessage, type SlackToken } from '../workspace.ts'
import { messageJson } from './message-json.ts'
import { type Method, readableChannel } from './method.ts'

/** `conversations.history`: the channel without its threads, newest first. */
export const history: Method = (call) => {
  const { args, state, token } = call
  const channel = readableChannel(call, 'history')
  state.spend('history', token.teamId)
  const shown = channel.messages.filter((message) => message.threadTs === undefined || message.replyBroadcast)
  const page = pageOf(inRange(shown, args).toReversed(), args, { byDefault: 100, atMost: 999 })
  return {
    ...page.answer,
    messages: rendered(page.messages, channel.messages, args, token),
  }
}

/** `conversations.replies`: a message and the thread below it, oldest first. */
export const replies: Method = (call) => {
  const { args, state, token } = call
  const channel = readableChannel(call, 'history')
  state.spend('replies', token.teamId)
  const parent = messageAt(channel, requiredString(args, 'ts'))
  if (parent === undefined) throw new SlackProblem('thread_not_found')
  const thread = [parent, ...channel.messages.filter(({ threadTs }) => threadTs === parent.ts)]
  const page = pageOf(inRange(thread, args), args, { byDefault: 1000, atMost: 1000 })
  return {
    ...page.answer,
    messages: rendered(page.messages, channel.messages, args, token),
  }
}

function rendered(
  messages: readonly SlackMessage[],
  all: readonly SlackMessage[],
  args: MethodArguments,
  token: SlackToken,
): readonly Readonly<Record<string, unknown>>[] {
  const threads = Map.groupBy(all, ({ threadTs }) => threadTs)
  const withMetadata = flag(args, 'include_all_metadata')
  return messages.map((message) => {
    const thread = threads.get(message.ts) ?? []
    const last = thread.at(-1)
    return {
      ...messageJson(message, { token, withMetadata }),
      ...(last !== undefined && { thread_ts: message.ts, reply_count: thread.length, latest_reply: last.ts }),
    }
  })
}

function inRange(messages: readonly SlackMessage[], args: MethodArguments): readonly SlackMessage[] {
  const oldest = bound(args, 'oldest') ?? Number.NEGATIVE_INFINITY
  const latest = bound(args, 'latest') ?? Number.POSITIVE_INFINITY
  const inclusive = flag(args, 'inclusive')
  return messages.filter(({ ts }) => {
    const micros = microsOf(ts)
    return inclusive ? micros >= oldest && micros <= latest : micros > oldest && micros < latest
  })
}

function bound(args: MethodArguments, name: 'oldest' | 'latest'): number | undefined {
  const value = optionalString(args, name)
  if (value === undefined) return undefined
  const micros = microsOf(value)
  if (Number.isNaN(micros)) throw malformed(`invalid_ts_${name}`, [])
  return micros
}

function pageOf(
  messages: readonly SlackMessage[],
  args: MethodArguments,
  limits: { readonly byDefault: number; readonly atMost: number },
): { readonly messages: readonly SlackMessage[]; readonly answer: Readonly<Record<string, unknown>> } {
  const limit = Number(optionalString(args, 'limit') ?? limits.byDefault)
  if (!Number.isInteger(limit) || limit < 1 || limit > limits.atMost) throw malformed('invalid_limit', [])
  const start = startOf(messages, optionalString(args, 'cursor'))
  const next = messages[start + limit]
  return {
    messages: messages.slice(start, start + limit),
    answer: {
      has_more: next !== undefined,
      ...(next !== undefined && { response_metadata: { next_cursor: cursorTo(next) } }),
    },
  }
}

function startOf(messages: readonly SlackMessage[], cursor: string | undefined): number {
  if (cursor === undefined) return 0
  const start = messages.findIndex((message) => cursorTo(message) === cursor)
  if (start === -1) throw new SlackProblem('invalid_cursor')
  return start
}

function cursorTo({ ts }: SlackMessage): string {
  return Buffer.from(`next_ts:${microsOf(ts)}`).toString('base64')
}
