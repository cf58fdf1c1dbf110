import { mentionsIn } from '../mentions.ts'
import { requiredString } from '../method-arguments.ts'
import { malformed, SlackProblem } from '../slack-problem.ts'
import { messageAt, replaceMessage, type SlackMessage } from '../workspace.ts'
import { type Content, isEmpty, readContent, truncationWarning } from './content.ts'
import { messageJson } from './message-json.ts'
import { channelById, type Method, needScope } from './method.ts'

/** `chat.update`; takes the channel by its id only. */
export const update: Method = (call) => {
  needScope(call, 'chat:write')
  const { args, state, token } = call
  const channel = channelById(call)
  state.spend('update', token.teamId)
  const message = messageAt(channel, requiredString(args, 'ts'))
  if (message === undefined) throw new SlackProblem('message_not_found')
  if (message.botId !== token.botId) throw new SlackProblem('cant_update_message')
  if (channel.isArchived) throw new SlackProblem('is_inactive')
  const content = readContent(args)
  if (isEmpty(content) && content.metadata === undefined) throw malformed('no_text', [])

  const updated = changed(message, content, {
    user: token.userId,
    ts: `${Math.floor(state.now() / 1000)}.000000`,
  })
  replaceMessage(channel, updated)
  // Whoever the message mentioned before was notified then.
  const before = new Set(mentionsIn({ ...message, linksNames: true }).map(({ target }) => target))
  const mentions = mentionsIn({ ...updated, linksNames: content.linksNames })
  for (const mention of mentions.filter(({ target }) => !before.has(target))) {
    state.pings.push({ ...mention, channel: channel.id, ts: message.ts, via: 'chat.update' })
  }
  return {
    channel: channel.id,
    ts: updated.ts,
    text: updated.text,
    message: messageJson(updated, { token, withMetadata: true }),
    ...truncationWarning(content),
  }
}

function changed(
  message: SlackMessage,
  content: Content,
  edited: { user: string; ts: string },
): SlackMessage {
  // New text without blocks replaces the blocks as well.
  const blocks = content.blocks ?? (content.text === undefined ? message.blocks : [])
  return {
    ...message,
    text: content.text ?? message.text,
    blocks,
    attachments: content.attachments ?? message.attachments,
    metadata: content.metadata === undefined ? message.metadata : (content.metadata ?? undefined),
    edits: message.edits + 1,
    edited: blocks.length === 0 ? edited : message.edited,
    truncated: content.text === undefined ? message.truncated : content.truncated,
  }
}
