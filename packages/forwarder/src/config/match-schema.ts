import { z } from 'zod'
import { severities } from '../domain/severity.ts'
import { defined, oneOrMany, text } from './schemas.ts'

/** A severity in a file. */
export const severitySchema = z.enum(severities)

const patterns = oneOrMany(text(200))

/** What a route, a severity rule or a mute matches. */
export const matchSchema = z
  .strictObject({
    event: patterns
      .optional()
      .describe('Types of event, such as compliance.control_failed or scan.*; unknown types need this.'),
    framework: patterns.optional().describe('Frameworks, such as SOC 2.'),
    control: patterns.optional().describe('Controls, such as CC6.1 or CC6.*.'),
    provider: patterns.optional().describe('Providers of integrations, such as aws.'),
    severity: oneOrMany(severitySchema).optional().describe('Severities, after the rules of `severities`.'),
  })
  .transform(defined)
  .describe('What to match: each key by any of its patterns, `*` is anything, case makes no difference.')

/** A match that has to ask for something, where matching everything would be a mistake. */
export const narrowMatchSchema = matchSchema.refine((match) => Object.keys(match).length > 0, {
  error: "must ask for something; event: '*' is everything",
})
