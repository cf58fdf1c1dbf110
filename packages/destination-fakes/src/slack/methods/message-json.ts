import type { SlackMessage, SlackToken } from '../workspace.ts'

/** A message as Slack's answers show it; its metadata only when asked for. */
export function messageJson(
  message: SlackMessage,
  { token, withMetadata }: { readonly token: SlackToken; readonly withMetadata: boolean },
): Readonly<Record<string, unknown>> {
  return {
    type: 'message',
    user: message.user,
    bot_id: message.botId,
    app_id: `A${message.botId.slice(1)}`,
    team: token.teamId,
    ts: message.ts,
    text: message.text,
    ...(message.blocks.length > 0 && { blocks: message.blocks }),
    ...(message.attachments.length > 0 && { attachments: message.attachments }),
    ...(message.threadTs !== undefined && { thread_ts: message.threadTs }),
    ...(message.replyBroadcast && { subtype: 'thread_broadcast' }),
    ...(message.clientMsgId !== undefined && { client_msg_id: message.clientMsgId }),
    ...(message.edited !== undefined && { edited: message.edited }),
    ...(withMetadata && message.metadata !== undefined && { metadata: message.metadata }),
  }
}
