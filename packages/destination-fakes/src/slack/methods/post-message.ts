import { mentionsIn } from '../mentions.ts'
import { flag, optionalString, requiredString } from '../method-arguments.ts'
import { malformed, SlackProblem } from '../slack-problem.ts'
import { addMessage, messageAt, type SlackChannel, type SlackMessage } from '../workspace.ts'
import { isEmpty, readContent, truncationWarning } from './content.ts'
import { messageJson } from './message-json.ts'
import { channelById, type Method, type MethodCall, needScope } from './method.ts'

/** `chat.postMessage` */
export const postMessage: Method = (call) => {
  needScope(call, 'chat:write')
  const { args, state, token } = call
  const channel = postableChannel(call)
  state.spend('postMessage', channel.id)
  const content = readContent(args)
  if (isEmpty(content)) throw malformed('no_text', [])
  const threadTs = threadOf(call, channel)
  const clientMsgId = optionalString(args, 'client_msg_id')
  const known = state.dedupesClientMsgId ? postedBefore(channel, clientMsgId) : undefined
  if (known !== undefined) return answer(call, known)

  const message = addMessage(channel, state.now(), {
    user: token.userId,
    botId: token.botId,
    text: content.text ?? '',
    blocks: content.blocks ?? [],
    attachments: content.attachments ?? [],
    metadata: content.metadata ?? undefined,
    clientMsgId,
    threadTs,
    replyBroadcast: threadTs !== undefined && flag(args, 'reply_broadcast'),
    edits: 0,
    edited: undefined,
    truncated: content.truncated,
  })
  for (const mention of mentionsIn({ ...message, linksNames: content.linksNames })) {
    state.pings.push({ ...mention, channel: channel.id, ts: message.ts, via: 'chat.postMessage' })
  }
  return { ...answer(call, message), ...truncationWarning(content) }
}

/** By id or by name, with or without #. */
function postableChannel(call: MethodCall): SlackChannel {
  const named = requiredString(call.args, 'channel')
  const name = named.replace(/^#/, '')
  const byName = [...call.state.channels.values()].find(
    (channel) => channel.teamId === call.token.teamId && channel.name === name,
  )
  const channel = channelById(call, byName?.id ?? named)
  if (channel.isArchived) throw new SlackProblem('is_archived')
  if (!channel.isMember && !call.token.scopes.includes('chat:write.public'))
    throw new SlackProblem('not_in_channel')
  return channel
}

function threadOf({ args, state }: MethodCall, channel: SlackChannel): string | undefined {
  const threadTs = optionalString(args, 'thread_ts')
  if (threadTs === undefined) return undefined
  const parent = messageAt(channel, threadTs)
  if (parent === undefined) {
    if (channel.deleted.has(threadTs) && state.repliesToDeleted === 'top-level') return undefined
    throw new SlackProblem('thread_not_found')
  }
  if (parent.threadTs !== undefined)
    throw malformed('cannot_reply_to_message', ['thread_ts is that of a reply'])
  return threadTs
}

function postedBefore(channel: SlackChannel, clientMsgId: string | undefined): SlackMessage | undefined {
  return clientMsgId === undefined
    ? undefined
    : channel.messages.find((message) => message.clientMsgId === clientMsgId)
}

function answer({ token }: MethodCall, message: SlackMessage): Readonly<Record<string, unknown>> {
  return {
    channel: message.channel,
    ts: message.ts,
    message: messageJson(message, { token, withMetadata: true }),
  }
}
