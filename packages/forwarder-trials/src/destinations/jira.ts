import { type FakeJira, type JiraIssueView, startFakeJira } from '@complywise/destination-fakes'
import type { Destination, DestinationOptions, Held } from './destination.ts'

const project = 'SEC'
const email = 'forwarder@example.com'
const token = 'fake-jira-token'

/** How far search may be behind, for the app; the fake's is behind by less. */
export const settleMs = 1500
const indexDelayMs = 500

/** Jira with one company-managed project in which every kind of condition has issues. */
export async function startJira({
  now,
  limitsRates = false,
}: DestinationOptions): Promise<Destination & { readonly fake: FakeJira }> {
  const fake = await startFakeJira({
    ...(now !== undefined && { now }),
    ...(limitsRates ? {} : { limits: false as const }),
    indexDelayMs,
  })
  const issues = (): readonly JiraIssueView[] => fake.issues(project)

  return {
    app: 'jira',
    fake,
    sections: {
      jira: { host: fake.url, email, token, settle: `${settleMs}ms` },
      targets: {
        trial: {
          project,
          issues_for: ['control', 'storm', 'integration', 'score', 'scan'],
          scan_failures: 1,
        },
      },
    },
    simple: { JIRA_HOST: fake.url, JIRA_EMAIL: email, JIRA_TOKEN: token, JIRA_PROJECT: project },
    environment: {},
    conditions(keys) {
      const byKey = Map.groupBy(issues(), keyOf)
      const held = new Map<string, Held>()
      for (const key of keys) {
        const all = byKey.get(key) ?? []
        const closed = all.filter(({ statusCategory }) => statusCategory === 'done').length
        held.set(key, { open: all.length - closed, closed })
      }
      return held
    },
    stepsNamed: () =>
      issues().flatMap(({ properties, comments }) =>
        [{ properties }, ...comments].flatMap((part) => Object.values(part.properties).flatMap(stepIn)),
      ),
    summary: () =>
      issues().flatMap(({ key, status, resolution, summary, comments, links }) => [
        `${key} ${status}${resolution === null ? '' : ` (${resolution})`}: ${summary}`,
        ...comments.map(({ text }) => `    ↳ ${firstLine(text)}`),
        ...links.map((link) => `    ⇢ ${link.description} ${link.key}`),
      ]),
    texts: () =>
      issues().flatMap(({ summary, description, comments }) => [
        `${summary}\n${description}`,
        ...comments.map(({ text }) => text),
      ]),
  }
}

/** The correlation key that an issue is marked with. */
function keyOf({ properties }: JiraIssueView): string | undefined {
  for (const value of Object.values(properties)) {
    const key = fieldOf(value, 'key')
    if (key !== undefined) return key
  }
  return undefined
}

function stepIn(value: unknown): readonly string[] {
  const step = fieldOf(value, 'step')
  return step === undefined ? [] : [step]
}

function fieldOf(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const field = new Map<string, unknown>(Object.entries(value)).get(name)
  return typeof field === 'string' ? field : undefined
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0] ?? ''
}
