import type { ForwarderApp } from '@complywise/forwarder'
import { z } from 'zod'
import { connectJira } from './destination.ts'
import { type JiraOptions, optionsSchema } from './options.ts'
import type { JiraRemote } from './remote.ts'
import { type JiraTarget, targetSchema } from './target.ts'

/** The app: what it is configured with, and what it connects to. */
export const jiraForwarder: ForwarderApp<JiraTarget, JiraOptions, JiraRemote> = {
  name: 'jira-forwarder',
  description: 'Keeps a Jira issue for each failing control: created once, closed when it recovers.',
  targetSchema,
  optionsSchema,
  destination: 'jira',
  simple: {
    settings: {
      jiraHost: {
        env: 'JIRA_HOST',
        schema: z.string().optional(),
        description: 'Address of the site, such as https://acme.atlassian.net.',
      },
      jiraEmail: {
        env: 'JIRA_EMAIL',
        schema: z.string().optional(),
        description: 'E-mail address of the account that the token belongs to.',
      },
      jiraToken: {
        env: 'JIRA_TOKEN',
        schema: z.string().optional(),
        description: 'API token of that account.',
        secret: true,
      },
      jiraProject: {
        env: 'JIRA_PROJECT',
        schema: z.string().optional(),
        description: 'Key of the project that the issues are created in.',
      },
      jiraIssueType: {
        env: 'JIRA_ISSUE_TYPE',
        schema: z.string().optional(),
        description: 'Name of their type; Task when it is not set.',
      },
    },
    toFile: simpleFile,
  },
  connect: connectJira,
}

function simpleFile(
  values: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const { jiraHost, jiraEmail, jiraToken, jiraProject, jiraIssueType } = values
  const all = [jiraHost, jiraEmail, jiraToken, jiraProject, jiraIssueType]
  if (all.every((value) => value === undefined)) return undefined
  return {
    jira: present({ host: jiraHost, email: jiraEmail, token: jiraToken }),
    targets: { [targetName(jiraProject)]: present({ project: jiraProject, issue_type: jiraIssueType }) },
  }
}

function targetName(project: unknown): string {
  return typeof project === 'string' && project !== '' ? project.toLowerCase() : 'jira'
}

function present(values: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined))
}
