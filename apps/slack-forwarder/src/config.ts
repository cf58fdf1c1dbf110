import type { AppConfig, Severity } from '@complywise/forwarder'
import { apiAddress, defined, duration, oneOrMany, secret, severities, text } from '@complywise/forwarder'
import { z } from 'zod'
import { type Mention, mentionPattern, parseMention } from './render/mention.ts'

/** A channel that people are told in. */
export interface SlackTarget {
  readonly channel: string
  readonly mentions: readonly Mention[]
  /** What is at least as bad mentions them when it opens, opens again, or gets worse. */
  readonly mentionFrom: Severity
  /** Names one of `workspaces`. */
  readonly workspace?: string
  /** A token of the target's own. */
  readonly token?: string
}

/** The section `slack` of the configuration. */
export interface SlackOptions {
  readonly apiUrl: string
  /** For targets that name neither a workspace nor a token. */
  readonly token?: string
  readonly workspaces: Readonly<Record<string, { readonly token: string }>>
  /** Between two posts in a channel. */
  readonly postIntervalMs: number
}

const token = secret()
  .regex(/^(?:xox[a-z]|xoxe\.xox[a-z])-/, {
    error: 'must be a token of Slack, which begins with xoxb- (in the Slack app: OAuth & Permissions)',
  })
  .describe('Bot token of the Slack app, `xoxb-…`.')

const mention = z.string().regex(mentionPattern, {
  error: 'must be the ID of a user group (S…) or of a user (U…), or here, or channel',
})

/** An entry of `targets`. */
export const targetSchema: z.ZodType<SlackTarget> = z
  .strictObject({
    channel: z
      .string()
      .regex(/^[CG][A-Z0-9]{2,}$/, {
        error:
          'must be the ID of a channel such as C0123456789 (in Slack: the channel’s name → About → Channel ID), not its name',
      })
      .describe('ID of the channel; the app has to be a member of it.'),
    mention: oneOrMany(mention)
      .pipe(z.array(z.string()).max(5).readonly())
      .prefault([])
      .describe(
        'Who is notified when something opens or gets worse: the ID of a user group or user, `here` or `channel`; at most five.',
      ),
    mention_from: z.enum(severities).default('error').describe('How bad something has to be for `mention`.'),
    workspace: text(64).optional().describe('One of `slack.workspaces`, instead of `slack.token`.'),
    token: token.optional().describe('Bot token for this target alone, instead of `slack.token`.'),
  })
  .refine((target) => target.workspace === undefined || target.token === undefined, {
    error: 'must have either workspace or token, not both',
    path: ['token'],
  })
  .transform(({ channel, mention, mention_from: mentionFrom, workspace, token }) =>
    defined({ channel, mentions: mention.map(parseMention), mentionFrom, workspace, token }),
  )

/** The section `slack`. */
export const optionsSchema: z.ZodType<SlackOptions> = z
  .strictObject({
    token: token.optional(),
    workspaces: z
      .record(z.string().min(1).max(64), z.strictObject({ token }))
      .default({})
      .describe('Further workspaces by names of your choice, for targets with `workspace`.'),
    api_url: apiAddress('https://slack.com/api/')
      .default('https://slack.com/api/')
      .describe('Where the Web API is; GovSlack has `https://slack-gov.com/api/`.'),
    post_interval: duration({ maxMs: 60_000 })
      .prefault('1s')
      .describe('Between two posts in a channel; what waits meanwhile is joined. Slack grants one a second.'),
  })
  .prefault({})
  .transform(({ token, workspaces, api_url: apiUrl, post_interval: postIntervalMs }) =>
    defined({ token, workspaces, apiUrl, postIntervalMs }),
  )

/** What has to hold between targets and the section `slack`. */
export function findProblems({
  targets,
  options,
}: Pick<AppConfig<SlackTarget, SlackOptions>, 'targets' | 'options'>): readonly {
  readonly path: readonly (string | number)[]
  readonly message: string
}[] {
  return Object.entries(targets).flatMap(([name, { workspace, token }]) => {
    if (workspace !== undefined && !Object.hasOwn(options.workspaces, workspace)) {
      const known = Object.keys(options.workspaces)
      const choice = known.length === 0 ? 'there are none' : `there is ${known.join(', ')}`
      return [{ path: ['targets', name, 'workspace'], message: `must be one of slack.workspaces; ${choice}` }]
    }
    return workspace === undefined && token === undefined && options.token === undefined
      ? [{ path: ['targets', name], message: 'needs a token: set slack.token, or a token or workspace here' }]
      : []
  })
}
