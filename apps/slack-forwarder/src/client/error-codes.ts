import type { DestinationErrorKind } from '@complywise/forwarder'

/** What an error code of Slack means for a call that writes. */
export interface ErrorMeaning {
  readonly kind: DestinationErrorKind
  /** What somebody has to do. */
  readonly fix?: string
}

/**
 * What Slack's own error codes mean. A code that is not here was refused for a reason that this version does not know, and
 * is tried again.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
export function meaningOf(code: string): ErrorMeaning {
  return meanings.get(code) ?? { kind: 'retry' }
}

const newToken =
  'Install the Slack app again (OAuth & Permissions → Install to Workspace) and configure its new bot token.'
const invite = 'Invite the app: write /invite @ComplyWise in the channel.'
const byAdmin = 'Ask an administrator of the Slack workspace to let the app post in this channel.'
const byOwner = 'Ask an owner of the Slack workspace to allow the app.'

const operator: readonly (readonly [fix: string, codes: readonly string[]])[] = [
  [
    newToken,
    [
      'invalid_auth',
      'not_authed',
      'token_revoked',
      'token_expired',
      'account_inactive',
      'not_allowed_token_type',
    ],
  ],
  [
    'Add the missing scope under OAuth & Permissions, as in slack-app-manifest.yaml, and install the app again.',
    ['missing_scope', 'no_permission'],
  ],
  [
    'Configure the ID of an existing channel (in Slack: the channel’s name → About → Channel ID); if it is private, invite the app to it.',
    [
      'channel_not_found',
      'user_not_found',
      'cannot_dm_bot',
      'messages_tab_disabled',
      'method_not_supported_for_channel_type',
    ],
  ],
  [invite, ['not_in_channel']],
  [
    'Unarchive the channel, or configure another one.',
    ['is_archived', 'is_inactive', 'channel_is_limited_access'],
  ],
  [
    byAdmin,
    [
      'restricted_action',
      'restricted_action_non_threadable_channel',
      'restricted_action_read_only_channel',
      'restricted_action_thread_locked',
      'restricted_action_thread_only_channel',
      'as_user_not_supported',
      'slack_connect_canvas_sharing_blocked',
      'slack_connect_file_link_sharing_blocked',
    ],
  ],
  [
    byOwner,
    [
      'access_denied',
      'accesslimited',
      'ekm_access_denied',
      'enterprise_is_restricted',
      'org_login_required',
      'team_access_not_granted',
      'team_not_found',
      'two_factor_setup_required',
      'deprecated_endpoint',
      'method_deprecated',
    ],
  ],
]

const others: readonly (readonly [kind: DestinationErrorKind, codes: readonly string[]])[] = [
  [
    'retry',
    [
      'ratelimited',
      'rate_limited',
      'message_limit_exceeded',
      'service_unavailable',
      'team_added_to_org',
      'external_channel_migrating',
    ],
  ],
  // Of the first two Slack itself says that some part may have succeeded; the last two are about an earlier call.
  [
    'ambiguous',
    [
      'internal_error',
      'fatal_error',
      'request_timeout',
      'update_failed',
      'duplicate_message_not_found',
      'duplicate_channel_not_found',
    ],
  ],
  [
    'payload',
    [
      'attachment_payload_limit_exceeded',
      'block_mismatch',
      'cannot_reply_to_message',
      'invalid_arg_name',
      'invalid_arguments',
      'invalid_array_arg',
      'invalid_attachments',
      'invalid_blocks',
      'invalid_blocks_format',
      'invalid_charset',
      'invalid_form_data',
      'invalid_metadata_format',
      'invalid_metadata_schema',
      'invalid_post_type',
      'markdown_text_conflict',
      'metadata_must_be_sent_from_app',
      'metadata_too_large',
      'missing_post_type',
      'msg_blocks_too_long',
      'msg_too_long',
      'no_text',
      'too_many_attachments',
      // The message is not there any more, or not ours to change: whoever asked posts a new one.
      'cant_update_message',
      'edit_window_closed',
      'message_not_found',
      'thread_not_found',
    ],
  ],
]

const meanings: ReadonlyMap<string, ErrorMeaning> = new Map([
  ...operator.flatMap(([fix, codes]) => codes.map((code) => [code, { kind: 'operator', fix }] as const)),
  ...others.flatMap(([kind, codes]) => codes.map((code) => [code, { kind }] as const)),
])
