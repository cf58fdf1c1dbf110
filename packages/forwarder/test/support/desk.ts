import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { WebhookEvent } from '@complywise/webhooks'
import { signedRequest, type SignedRequestOptions } from '@complywise/webhooks/testing'
import { onTestFinished } from 'vitest'
import { type PaperFault, type PaperLine, readPaper } from './paper-app.ts'

/** The secret of every test's subscription. */
export const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2dT8Dq0hC1w='
export const token = 'drawer-key-7f3a91c05e'

/** A directory of its own for one test: a ledger, papers, files. */
export interface Desk {
  readonly directory: string
  readonly paper: string
  readonly ledger: string
  readonly deadLetters: string
  /** The environment of the simple case, on any free ports. */
  readonly env: Readonly<Record<string, string>>
  path(name: string): string
  /** Writes a configuration file and returns the environment that names it. `extra` is YAML at its end. */
  configure(extra?: string): Readonly<Record<string, string>>
  lines(): readonly PaperLine[]
  setFault(fault: PaperFault | undefined): void
  readDeadLetters(): readonly Record<string, unknown>[]
}

export function createDesk(): Desk {
  const directory = mkdtempSync(join(tmpdir(), 'desk-'))
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }))
  const path = (name: string): string => join(directory, name)
  const paper = path('paper.jsonl')
  const ledger = path('ledger.db')
  const deadLetters = `${ledger}.dead.jsonl`
  const processEnv = { FORWARDER_LEDGER: ledger, FORWARDER_PORT: '0', FORWARDER_OPERATIONS_PORT: '0' }
  return {
    directory,
    paper,
    ledger,
    deadLetters,
    env: {
      ...processEnv,
      FORWARDER_INSTANCE: 'acme',
      COMPLYWISE_WEBHOOK_SECRET: secret,
      PAPER: paper,
      PAPER_TOKEN: token,
    },
    path,
    configure(extra = '') {
      const file = path('forwarder.yaml')
      const head = [
        'instance: acme',
        'webhook: { secret: ${THE_SECRET} }',
        'paper: { token: ${THE_TOKEN} }',
        `targets: { desk: { paper: ${paper} } }`,
      ]
      writeFileSync(file, `${head.join('\n')}\n${extra}`)
      return { ...processEnv, FORWARDER_CONFIG: file, THE_SECRET: secret, THE_TOKEN: token }
    },
    lines: () => readPaper(paper),
    setFault(fault) {
      if (fault === undefined) rmSync(`${paper}.fault`, { force: true })
      else writeFileSync(`${paper}.fault`, JSON.stringify(fault))
    },
    readDeadLetters: () =>
      readFileSync(deadLetters, 'utf8')
        .trim()
        .split('\n')
        .map((line): Record<string, unknown> => JSON.parse(line)),
  }
}

/** What the sender is answered. */
export interface Answered {
  readonly status: number
  readonly retryAfter: string | null
  readonly body: unknown
}

/** Delivers an event to the URL of `/webhooks`, signed. */
export async function deliver(
  url: string,
  event: WebhookEvent,
  options: Partial<SignedRequestOptions> = {},
): Promise<Answered> {
  const response = await fetch(url, await signedRequest(event, { secret, ...options }))
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: await response.json(),
  }
}
