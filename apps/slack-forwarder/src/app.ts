import { type ForwarderApp } from '@complywise/forwarder'
import { z } from 'zod'
import { findProblems, optionsSchema, type SlackOptions, type SlackTarget, targetSchema } from './config.ts'
import { connectSlack } from './destination.ts'
import type { SlackRemote } from './remote.ts'

/** What makes a forwarder tell Slack. */
export const slackForwarder: ForwarderApp<SlackTarget, SlackOptions, SlackRemote> = {
  name: 'slack-forwarder',
  description: 'Tells Slack of failing controls, scans and scores: one message each, kept up to date.',
  destination: 'slack',
  targetSchema,
  optionsSchema,
  simple: {
    settings: {
      token: {
        env: 'SLACK_TOKEN',
        schema: z.string().optional(),
        description: 'Bot token of the Slack app, without a configuration file.',
        secret: true,
      },
      channel: {
        env: 'SLACK_CHANNEL',
        schema: z.string().optional(),
        description: 'ID of the channel that is told of everything, without a configuration file.',
      },
      mention: {
        env: 'SLACK_MENTION',
        schema: z.string().optional(),
        description: 'Who is notified of errors: the ID of a user group or user, here, or channel.',
      },
    },
    toFile({ token, channel, mention }) {
      if (token === undefined && channel === undefined && mention === undefined) return undefined
      return {
        slack: { ...(token !== undefined && { token }) },
        targets: {
          slack: { ...(channel !== undefined && { channel }), ...(mention !== undefined && { mention }) },
        },
      }
    },
  },
  problems: findProblems,
  connect: connectSlack,
}
