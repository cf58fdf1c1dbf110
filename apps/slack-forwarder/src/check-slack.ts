import { DestinationError, type Finding } from '@complywise/forwarder'
import { z } from 'zod'
import type { SlackClient } from './client/slack-client.ts'
import type { SlackTarget } from './config.ts'
import type { Workspaces } from './workspaces.ts'

/** Asks Slack about every token and every channel that is configured. Posts nothing, never throws. */
export async function checkSlack(
  targets: Readonly<Record<string, SlackTarget>>,
  workspaces: Workspaces,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const byWorkspace = Map.groupBy(Object.entries(targets), ([name, target]) =>
    workspaces.nameOf(name, target),
  )
  const findings = await Promise.all(
    [...byWorkspace].map(async ([name, entries]) => {
      const token = await checkToken(name, workspaces.client(name), signal)
      if (token.findings.some(({ status }) => status === 'failed')) return token.findings
      const channels = await Promise.all(
        entries.map(async ([target, { channel }]) =>
          checkChannel({ target, channel, scopes: token.scopes }, workspaces.client(name), signal),
        ),
      )
      return [...token.findings, ...channels.flat()]
    }),
  )
  return findings.flat()
}

/** Everything that the app needs, with what it is for. */
const neededScopes = { 'chat:write': 'to post' } as const
const wantedScopes = {
  'channels:history': 'to find out, after a call without an answer, whether its message is there',
  'channels:read': 'to look at channels in this check',
} as const

const identitySchema = z.object({
  url: z.string(),
  team: z.string().default(''),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
})

async function checkToken(
  name: string,
  client: SlackClient,
  signal: AbortSignal,
): Promise<{ readonly findings: readonly Finding[]; readonly scopes: readonly string[] | undefined }> {
  const answer = await attempt(async () => client.call('auth.test', {}, signal))
  if (answer.kind === 'failed') {
    return { findings: [failed(`Token of the ${name}`, answer.error)], scopes: undefined }
  }
  const { data } = identitySchema.safeParse(answer.value)
  const scopes = data?.response_metadata?.scopes
  const ok: Finding = {
    status: 'ok',
    code: 'slack_token_valid',
    message: `Token of the ${name}: Slack knows it, in ${data?.team || data?.url || 'a workspace without a name'}.`,
  }
  if (scopes === undefined) return { findings: [ok], scopes }
  const lacks = (
    wanted: Readonly<Record<string, string>>,
    status: 'failed' | 'warning',
  ): readonly Finding[] =>
    Object.entries(wanted)
      .filter(([scope]) => !scopes.includes(scope))
      .map(([scope, why]) => ({
        status,
        code: 'slack_missing_scope',
        message: `Token of the ${name} has no scope ${scope}, ${why}.`,
        fix: `Add ${scope} under OAuth & Permissions of the Slack app, as in slack-app-manifest.yaml, and install the app again.`,
      }))
  return { findings: [ok, ...lacks(neededScopes, 'failed'), ...lacks(wantedScopes, 'warning')], scopes }
}

interface ChannelToCheck {
  readonly target: string
  readonly channel: string
  readonly scopes: readonly string[] | undefined
}

const infoSchema = z.object({
  channel: z.object({
    name: z.string().default(''),
    is_archived: z.boolean().default(false),
    is_member: z.boolean().default(true),
  }),
})

async function checkChannel(
  { target, channel, scopes }: ChannelToCheck,
  client: SlackClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const named = `Channel ${channel} of target "${target}"`
  const answer = await attempt(async () => client.call('conversations.info', { channel }, signal))
  if (answer.kind === 'failed') {
    const { error } = answer
    if (error.code !== 'slack_missing_scope') return [failed(named, error)]
    const message = `${named} could not be looked at.`
    return [
      { status: 'warning', code: error.code, message, ...(error.fix !== undefined && { fix: error.fix }) },
    ]
  }
  const { data } = infoSchema.safeParse(answer.value)
  const {
    name,
    is_archived: isArchived,
    is_member: isMember,
  } = data?.channel ?? { name: '', is_archived: false, is_member: true }
  if (isArchived) {
    const fix = 'Unarchive the channel, or configure another one.'
    return [{ status: 'failed', code: 'slack_is_archived', message: `${named}, #${name}, is archived.`, fix }]
  }
  if (!isMember) {
    const canPost = scopes?.includes('chat:write.public') ?? false
    return [
      {
        status: canPost ? 'warning' : 'failed',
        code: 'slack_not_in_channel',
        message: `${named}, #${name}: the app is not a member of it${canPost ? ', so it can post but not look' : ''}.`,
        fix: `Invite the app: write /invite @ComplyWise in #${name}.`,
      },
    ]
  }
  const ok: Finding = { status: 'ok', code: 'slack_channel_usable', message: `${named} is #${name}.` }
  return [ok, ...(await checkHistory(named, channel, client, signal))]
}

async function checkHistory(
  named: string,
  channel: string,
  client: SlackClient,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const answer = await attempt(async () =>
    client.call('conversations.history', { channel, limit: 1 }, signal),
  )
  if (answer.kind === 'ok') return []
  const { error } = answer
  return [
    {
      status: 'warning',
      code: 'slack_history_unreadable',
      message: `${named}: its history cannot be read, so a message may be posted twice after a call without an answer. ${error.message}`,
      fix:
        error.fix ??
        'Add channels:history, and groups:history for private channels, as in slack-app-manifest.yaml, and install the app again.',
    },
  ]
}

function failed(what: string, error: DestinationError): Finding {
  return {
    status: 'failed',
    code: error.code,
    message: `${what}: ${error.message}`,
    fix:
      error.fix ?? 'Try again; if it stays so, look at https://slack-status.com and at the proxy settings.',
    ...((error.kind === 'retry' || error.kind === 'ambiguous') && { isOutage: true }),
  }
}

async function attempt(
  call: () => Promise<unknown>,
): Promise<
  | { readonly kind: 'ok'; readonly value: unknown }
  | { readonly kind: 'failed'; readonly error: DestinationError }
> {
  try {
    return { kind: 'ok', value: await call() }
  } catch (error) {
    if (error instanceof DestinationError) return { kind: 'failed', error }
    return {
      kind: 'failed',
      error: new DestinationError('retry', 'slack_check_failed', 'The check itself failed.', {
        cause: error,
      }),
    }
  }
}
