import { z } from 'zod'
import type { ForwarderApp } from '../forwarder-app.ts'
import {
  linksSchema,
  recoverySchema,
  scansSchema,
  scoreSchema,
  statusesSchema,
  stormSchema,
} from './behavior-schemas.ts'
import { muteSchema, routeSchema, severityRuleSchema } from './route-schemas.ts'
import { duration, text } from './schemas.ts'
import { webhookSchema } from './webhook-schema.ts'

/** What of an app decides how its file looks. */
export type FileOf<Target, Options> = Pick<
  ForwarderApp<Target, Options, unknown>,
  'name' | 'destination' | 'targetSchema' | 'optionsSchema'
>

/** Names of targets: they are in paths of problems, labels of metrics and the ledger. */
const targetName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/

/** What is wrong with the name of a target; `undefined` when nothing is. */
export function complainOfName(name: string): string | undefined {
  if (!targetName.test(name)) {
    return 'must have a name of letters, digits, dots, dashes and underscores, at most 64'
  }
  return name in Object.prototype ? 'must have another name: JavaScript has this one' : undefined
}

/** The sections that every file has, in the order in which they are documented. */
const settingsSections = {
  instance: text(100).describe('Names the organization, so that two of them never share an alert.'),
  webhook: webhookSchema,
  routes: z
    .array(routeSchema)
    .default([])
    .describe('Who is told of what. None with one target: everything goes there.'),
  routing: z
    .enum(['first', 'all'])
    .default('first')
    .describe('Whether an event goes to the first route that matches, or to all of them.'),
  severities: z
    .array(severityRuleSchema)
    .default([])
    .describe('How bad what is; the severity of a route comes after it.'),
  mutes: z.array(muteSchema).default([]).describe('What nobody is told of for a while.'),
  statuses: statusesSchema.prefault({}),
  recovery: recoverySchema.prefault({}),
  score: scoreSchema.prefault({}),
  scans: scansSchema.prefault({}),
  storm: stormSchema.prefault({}),
  links: linksSchema.prefault({}),
  deadline: duration({ minMs: 1000, maxMs: 120_000 })
    .prefault('8s')
    .describe(
      "What a request may take altogether; has to be below the sender's timeout, which is 15 s by default.",
    ),
} as const

/** `targets` of an app's file, but for their names: a wrong name must not hide what is wrong with the target. */
function targetsSchema<Target>(targetSchema: z.ZodType<Target>) {
  return z
    .record(z.string(), targetSchema)
    .refine((targets) => Object.keys(targets).length > 0, { error: 'must name at least one target' })
    .meta({ propertyNames: { type: 'string', pattern: targetName.source } })
    .describe('Places in the destination, by the names that routes use.')
}

/** Every section of an app's file. */
export function fileSections<Target, Options>(
  app: FileOf<Target, Options>,
): Readonly<Record<string, z.ZodType>> {
  const { instance, webhook, ...rest } = settingsSections
  return {
    instance,
    webhook,
    [app.destination]: app.optionsSchema,
    targets: targetsSchema(app.targetSchema),
    ...rest,
  }
}
