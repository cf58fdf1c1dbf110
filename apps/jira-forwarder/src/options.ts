import { defined, duration, secret } from '@complywise/forwarder'
import { z } from 'zod'

/** The section `jira` of the file: the site, and how to speak to it. */
export interface JiraOptions {
  /** Without a slash at its end. */
  readonly host: string
  /** Absent: the token is sent as a bearer token, as those of service accounts are. */
  readonly email?: string
  readonly token: string
  /** How long one request may take. */
  readonly timeoutMs: number
  /** How far Jira's search may be behind: before that, an issue that is not found may exist all the same. */
  readonly settleMs: number
}

/** Section `jira` of the configuration file. */
export const optionsSchema = z
  .strictObject({
    host: z
      .string('is required: the address of the site, such as https://acme.atlassian.net')
      .trim()
      .transform((value) => (/^[a-z]+:\/\//i.test(value) ? value : `https://${value}`))
      .refine(isUsableHost, 'must be an https:// address such as https://acme.atlassian.net, without a query')
      .transform((value) => value.replace(/\/+$/, ''))
      .describe(
        'Address of the site, such as https://acme.atlassian.net, or https://api.atlassian.com/ex/jira/CLOUD-ID for tokens with scopes.',
      ),
    email: z
      .email('must be the e-mail address of the account that the token belongs to')
      .optional()
      .describe(
        'E-mail address of the account that the token belongs to. Without it the token is a bearer token.',
      ),
    token: secret()
      .regex(/^[\u0021-\u007E]+$/, 'has characters that no API token has')
      .describe('API token; as ${ENV} or file:/path.'),
    timeout: duration({ minMs: 100, maxMs: 60_000 })
      .prefault('5s')
      .describe('How long one request to Jira may take.'),
    settle: duration({ maxMs: 3_600_000 })
      .prefault('60s')
      .describe(
        'How far Jira’s search may be behind what was written before it is believed to know everything.',
      ),
  })
  // Not there at all, it is reported as what it lacks.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Parsed like any other value.
  .prefault({} as { host: string; token: string })
  .transform(({ timeout, settle, ...rest }): JiraOptions =>
    defined({ ...rest, timeoutMs: timeout, settleMs: settle }),
  )

const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/

function isUsableHost(value: string): boolean {
  if (!URL.canParse(value)) return false
  const { protocol, hostname, username, search, hash } = new URL(value)
  if (username !== '' || search !== '' || hash !== '') return false
  // The token must not travel in clear, save to this machine.
  return protocol === 'https:' || (protocol === 'http:' && loopback.test(hostname))
}
