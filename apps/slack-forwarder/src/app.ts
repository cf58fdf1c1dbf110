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
      apiUrl: {
        env: 'SLACK_API_URL',
        schema: z.string().optional(),
        defaultText: 'https://slack.com/api/',
        description: 'Where the Web API is; GovSlack has https://slack-gov.com/api/.',
      },
    },
    toFile({ token, channel, mention, apiUrl }) {
      if ([token, channel, mention, apiUrl].every((value) => value === undefined)) return undefined
      return {
        slack: {
          ...(token !== undefined && { token }),
          ...(apiUrl !== undefined && { api_url: apiUrl }),
        },
        targets: {
          slack: { ...(channel !== undefined && { channel }), ...(mention !== undefined && { mention }) },
        },
      }
    },
  },
  problems: findProblems,
  connect: connectSlack,
}
