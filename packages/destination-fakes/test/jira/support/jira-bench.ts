import { createCloudClient } from 'jira.js/cloud'
import { type Client, createClient, isApiError } from 'jira.js/core'
import { onTestFinished } from 'vitest'
import { type FakeJira, type FakeJiraOptions, startFakeJira } from '../../../src/index.ts'

/** A fake Jira with the real SDK connected to it, on a clock that stands still until a test moves it. */
export interface JiraBench {
  readonly jira: FakeJira
  readonly client: ReturnType<typeof createCloudClient>
  /** The SDK's transport, for requests that none of its methods sends. */
  readonly raw: Client
  /** Moves the clock. */
  readonly pass: (ms: number) => void
}

export const start = Date.parse('2026-03-01T12:00:00.000Z')

export async function startBench(options: FakeJiraOptions = {}): Promise<JiraBench> {
  let now = start
  const jira = await startFakeJira({ now: () => now, ...options })
  onTestFinished(() => jira.close())
  return {
    jira,
    client: connect(jira),
    raw: createClient(configOf(jira)),
    pass(ms) {
      now += ms
    },
  }
}

/** The real SDK, made to reject answers that are not as Jira documents them. */
export function connect(jira: FakeJira, apiToken = 'fake-jira-token'): JiraBench['client'] {
  return createCloudClient(configOf(jira, apiToken))
}

function configOf(jira: FakeJira, apiToken = 'fake-jira-token') {
  const auth = { type: 'basic' as const, email: 'forwarder@example.com', apiToken }
  return { host: jira.url, auth, onSchemaMismatch: 'throw' as const }
}

/** The status and body of the error that `answer` rejects with; fails when it succeeds. */
export async function refusalOf(
  answer: Promise<unknown>,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const error: unknown = await answer.then(
    () => new Error('It was not refused.'),
    (error: unknown) => error,
  )
  if (isApiError(error)) return { status: error.status, body: error.body }
  throw error
}

/** The body by which Jira refuses fields. */
export function fieldErrors(errors: Readonly<Record<string, string>>) {
  return { errorMessages: [], errors }
}

/** A document of one paragraph. */
export function paragraph(text: string) {
  return { type: 'doc', version: 1, content: [{ type: 'paragraph', content: [{ type: 'text', text }] }] }
}

/** The fields of an issue that every project takes, with what differs. */
export function taskFields(differences: Readonly<Record<string, unknown>> = {}) {
  return { project: { key: 'SEC' }, issuetype: { name: 'Task' }, summary: 'CC6.1 failing', ...differences }
}
