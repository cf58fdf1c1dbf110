import { readFileSync } from 'node:fs'
import { z } from 'zod'
import type { SimpleApp } from '../../src/config/read-simple-config.ts'
import { defined, oneOrMany, secret, text } from '../../src/config/schemas.ts'

export interface SampleTarget {
  readonly channel: string
  readonly mention?: string
}

export interface SampleOptions {
  readonly token: string
  readonly apiUrl?: string
}

/** An app whose configuration has one of everything: secrets, patterns, alternatives, checks between sections. */
export const sampleApp: SimpleApp<SampleTarget, SampleOptions> = {
  name: 'sample-forwarder',
  destination: 'sample',
  targetSchema: z
    .strictObject({
      channel: text(80)
        .regex(/^[CG][A-Z0-9]+$/, { error: "must be a channel's id such as C0123" })
        .describe('Id of the channel.'),
      mention: text(80).optional().describe('Whom to mention.'),
      tags: oneOrMany(text(20)).optional(),
    })
    .transform(({ channel, mention }): SampleTarget => defined({ channel, mention })),
  optionsSchema: z
    .strictObject({
      token: secret().regex(/^xox/, { error: 'must begin with xox' }).describe('Token of the bot.'),
      api_url: z.url().optional().describe('Address of the API.'),
    })
    .transform(({ token, api_url }): SampleOptions => defined({ token, apiUrl: api_url }))
    .describe('How to speak to Sample.'),
  simple: {
    settings: {
      token: {
        env: 'SAMPLE_TOKEN',
        schema: z.string().optional(),
        secret: true,
        description: 'Token of the bot.',
      },
      channel: { env: 'SAMPLE_CHANNEL', schema: z.string().optional(), description: 'Id of the channel.' },
    },
    toFile: ({ token, channel }) =>
      token === undefined && channel === undefined
        ? undefined
        : {
            sample: { token },
            targets: { [(typeof channel === 'string' ? channel : 'default').toLowerCase()]: { channel } },
          },
  },
}

/** The same, but a target may do without the token of the section. */
export const appWithRule: typeof sampleApp = {
  ...sampleApp,
  problems: ({ targets }) =>
    Object.keys(targets).map((name) => ({
      path: ['targets', name],
      message: 'needs more than sample.token has',
    })),
}

export const goodFile = readFileSync(new URL('./good.yaml', import.meta.url), 'utf8')

export const goodEnvironment = {
  COMPLYWISE_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  SCORE_LINE: '92.5',
  REGION: 'eu',
} as const

export const sampleToken = 'xoxb-4711-ThisIsTheTokenOfTheBot'

export function readSampleSecret(path: string): string {
  if (path === '/run/secrets/token') return `${sampleToken}\n`
  if (path === '/run/secrets/empty') return '\n'
  throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' })
}
