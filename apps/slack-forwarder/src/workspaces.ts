import { DestinationError } from '@complywise/forwarder'
import type { Dispatcher } from 'undici'
import { createSlackClient, type SlackClient } from './client/slack-client.ts'
import type { SlackOptions, SlackTarget } from './config.ts'

/** The clients of all workspaces that the configuration has tokens for. */
export interface Workspaces {
  /** What the ledger calls the workspace of a target. */
  nameOf(targetName: string, target: SlackTarget): string
  /** @throws {DestinationError} when there is no token for it any more. */
  client(name: string): SlackClient
  /**
   * `https://acme.slack.com/`, asked for once; `undefined` when Slack does not say so within a second. Ledgers that name a
   * message by its address are worth that, and nothing more.
   */
  urlOf(name: string): Promise<string | undefined>
  /** Ends what is under way. */
  close(): void
}

/** The workspace of `slack.token`. */
const main = 'default'
const urlTimeoutMs = 1000

/** Makes the clients; calls nothing. */
export function createWorkspaces(
  targets: Readonly<Record<string, SlackTarget>>,
  { token, workspaces, apiUrl }: SlackOptions,
  dispatcher: Dispatcher,
): Workspaces {
  const tokens = new Map<string, string>([
    ...(token === undefined ? [] : [[main, token] as const]),
    ...Object.entries(workspaces).map(([name, { token }]) => [`workspace ${name}`, token] as const),
    ...Object.entries(targets).flatMap(([name, target]) =>
      target.token === undefined ? [] : [[`target ${name}`, target.token] as const],
    ),
  ])
  const clients = new Map(
    [...tokens].map(([name, token]) => [name, createSlackClient({ token, apiUrl, dispatcher })]),
  )
  const urls = new Map<string, string>()
  const closing = new AbortController()
  const client = (name: string): SlackClient => {
    const known = clients.get(name)
    if (known !== undefined) return known
    throw new DestinationError(
      'operator',
      'slack_token_missing',
      `A message was posted with the token of the ${name}, which the configuration does not have any more.`,
      { fix: `Configure the token of the ${name} again until everything posted with it is resolved.` },
    )
  }
  return {
    client,
    close() {
      closing.abort()
    },
    async urlOf(name) {
      const known = urls.get(name)
      if (known !== undefined) return known
      const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(urlTimeoutMs)])
      const answer = await client(name)
        .call('auth.test', {}, signal)
        .catch(() => undefined)
      const url = answer?.['url']
      if (typeof url !== 'string' || !URL.canParse(url)) return undefined
      urls.set(name, url)
      return url
    },
    nameOf(targetName, target) {
      if (target.token !== undefined) return `target ${targetName}`
      return target.workspace === undefined ? main : `workspace ${target.workspace}`
    },
  }
}
