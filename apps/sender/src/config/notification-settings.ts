import type { ConfigProblem, Settings } from '@complywise/service'
import { inspectSecret } from '@complywise/webhooks'
import { z } from 'zod'
import { parseEndpointUrl } from '../domain/endpoint-url.ts'

const address = /^[^\s<>@,;:"()]+@[^\s<>@,;:"()]+$/
const namedAddress = /^[^<>\r\n]*<[^\s<>@,;:"()]+@[^\s<>@,;:"()]+>$/

/** Who is told when a subscription's state changes. */
export const notificationSettings = {
  operatorWebhookUrl: {
    env: 'SENDER_OPERATOR_WEBHOOK_URL',
    schema: z.string().transform(toEndpoint).optional(),
    description:
      'Where whoever operates the sender is told of changed states of subscriptions, as signed events. What holds for every endpoint holds for it: in a private network, it needs SENDER_ALLOWED_NETWORKS.',
  },
  operatorWebhookSecret: {
    env: 'SENDER_OPERATOR_WEBHOOK_SECRET',
    schema: z
      .string()
      .refine(isStrong, { error: 'must be a strong secret, such as whsec_ and 32 random bytes in base64' })
      .optional(),
    secret: true,
    description: 'Signs what is sent to SENDER_OPERATOR_WEBHOOK_URL.',
  },
  smtpUrl: {
    env: 'SENDER_SMTP_URL',
    schema: z
      .url({
        protocol: /^smtps?$/,
        error:
          'must be a URL such as smtps://user:password@mail.example.com, with special characters percent-encoded',
      })
      .optional(),
    secret: true,
    description:
      'The server that e-mails about subscriptions are sent through: smtps:// for TLS from the start, smtp:// for STARTTLS where the server has it, and always where there is a password. Without it, no e-mails are sent.',
  },
  emailFrom: {
    env: 'SENDER_EMAIL_FROM',
    schema: z
      .string()
      .refine((text) => address.test(text) || namedAddress.test(text), {
        error: 'must be an address such as webhooks@example.com or ComplyWise <webhooks@example.com>',
      })
      .optional(),
    description: 'From whom these e-mails are.',
  },
  emailTo: {
    env: 'SENDER_EMAIL_TO',
    schema: z.email({ error: 'must be an e-mail address' }).optional(),
    description:
      'Whoever operates the sender, and gets the e-mails about all subscriptions. The contact of a subscription gets those about it in any case.',
  },
} as const satisfies Settings

type Name = keyof typeof notificationSettings

// Each setting of the first column is of no use without the one beside it.
const needs: readonly (readonly [Name, Name])[] = [
  ['operatorWebhookUrl', 'operatorWebhookSecret'],
  ['operatorWebhookSecret', 'operatorWebhookUrl'],
  ['smtpUrl', 'emailFrom'],
  ['emailFrom', 'smtpUrl'],
  ['emailTo', 'smtpUrl'],
]

/** Finds a setting whose other half is missing. */
export function requireWholeNotifications(
  config: Readonly<Partial<Record<Name, unknown>>>,
): ConfigProblem | undefined {
  const half = needs.find(([name, other]) => config[name] !== undefined && config[other] === undefined)
  if (half === undefined) return undefined
  const [present, missing] = half.map((name) => notificationSettings[name].env)
  return {
    variable: missing ?? '',
    problem: `is required with ${present}`,
    remedy: `Set it, or remove ${present}.`,
  }
}

function toEndpoint(text: string, context: z.RefinementCtx): string {
  const endpoint = parseEndpointUrl(text)
  if (endpoint.valid) return endpoint.url.href
  context.addIssue({
    code: 'custom',
    message: 'must be an absolute https: or http: URL without user name, password and fragment',
  })
  return z.NEVER
}

function isStrong(secret: string): boolean {
  const inspection = inspectSecret(secret)
  return inspection.usable && inspection.weakness === undefined
}
