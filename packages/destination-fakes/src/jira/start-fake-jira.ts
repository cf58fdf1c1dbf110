import type { FakeServer } from '../http/fake-server.ts'
import { startFakeServer } from '../http/start-fake-server.ts'
import { documentMentions } from './adf.ts'
import type { RevokedAs } from './authenticate.ts'
import { createRates, type JiraLimits } from './jira-limits.ts'
import { jiraService } from './jira-service.ts'
import type { JiraChoice, JiraLinkType, JiraProject, JiraUser } from './model.ts'
import { existingIssue, moveByHand } from './move-by-hand.ts'
import { defaultProjects } from './projects.ts'
import { bulkRoutes } from './routes/bulk-routes.ts'
import { commentRoutes } from './routes/comment-routes.ts'
import { issueRoutes } from './routes/issue-routes.ts'
import { linkRoutes } from './routes/link-routes.ts'
import { projectRoutes } from './routes/project-routes.ts'
import { propertyRoutes } from './routes/property-routes.ts'
import { searchRoutes } from './routes/search-routes.ts'
import { siteRoutes } from './routes/site-routes.ts'
import { transitionRoutes } from './routes/transition-routes.ts'
import { defaultLinkTypes, defaultPriorities, defaultResolutions, defaultUsers } from './site-defaults.ts'
import { JiraSite } from './site.ts'
import { viewIssue, type JiraIssueView } from './view-issue.ts'

/** What a fake Jira is to hold and how it behaves. */
export interface FakeJiraOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Milliseconds since 1970; default the system's clock. */
  readonly now?: () => number
  /** Rate limits as Jira documents them unless changed; `false` switches them off. */
  readonly limits?: JiraLimits | false
  /** Default {@link defaultProjects}. */
  readonly projects?: readonly JiraProject[]
  /** Default {@link defaultUsers}: `forwarder@example.com` with the token `fake-jira-token`, and people to assign. */
  readonly users?: readonly JiraUser[]
  readonly priorities?: readonly JiraChoice[]
  readonly resolutions?: readonly JiraChoice[]
  readonly linkTypes?: readonly JiraLinkType[]
  /** How long searches do not see a write, on `now`; a function is asked for each write. Default 0. */
  readonly indexDelayMs?: number | (() => number)
  /**
   * A transition that comes this soon after another one of the same issue, on `now`, is answered 409 as a concurrent
   * one. Default 0: never.
   */
  readonly transitionConflictMs?: number
}

/** A mention in an issue, which notifies somebody. */
export interface JiraMention {
  readonly issueKey: string
  readonly accountId: string
}

/** A Jira Cloud site in memory, with its REST API v3 over HTTP. */
export interface FakeJira extends FakeServer {
  /** The issues of a project, oldest first; throws for a project that does not exist. */
  issues(projectKey: string): readonly JiraIssueView[]
  /** Everybody who is mentioned anywhere. */
  readonly mentions: readonly JiraMention[]
  /**
   * From now on the token is worth nothing: answered 401, or silently taken for a visitor's, which is what Jira does
   * on operations that are open to visitors.
   */
  revokeToken(token: string, as?: RevokedAs): void
  /** Takes a permission such as `CREATE_ISSUES` from everybody, in one project or in all. */
  deny(permission: string, projectKey?: string): void
  /** Gives back what was denied with the same arguments. */
  allow(permission: string, projectKey?: string): void
  /** Changes how long searches do not see writes from now on. */
  setIndexDelay(delayMs: number | (() => number)): void
  /** What a person does in the browser: makes a transition by the name of the status it leads to. */
  moveByHand(issueKey: string, statusName: string, resolutionName?: string): void
  /** What a person does in the browser: deletes an issue. */
  deleteByHand(issueKey: string): void
}

/** Starts a fake Jira. Rejects when the port is taken. */
export async function startFakeJira(options: FakeJiraOptions = {}): Promise<FakeJira> {
  const now = options.now ?? Date.now
  const site = new JiraSite({
    projects: options.projects ?? defaultProjects(),
    users: options.users ?? defaultUsers,
    priorities: options.priorities ?? defaultPriorities,
    resolutions: options.resolutions ?? defaultResolutions,
    linkTypes: options.linkTypes ?? defaultLinkTypes,
    indexDelayMs: asFunction(options.indexDelayMs ?? 0),
  })
  const revoked = new Map<string, RevokedAs>()
  const routes = [
    ...searchRoutes,
    ...projectRoutes,
    ...siteRoutes,
    ...bulkRoutes,
    ...issueRoutes,
    ...transitionRoutes({ conflictWindowMs: options.transitionConflictMs ?? 0 }),
    ...commentRoutes,
    ...propertyRoutes,
    ...linkRoutes,
  ]
  const service = jiraService({ site, routes, rates: createRates(options.limits), revoked, now })
  const server = await startFakeServer(service, {
    now,
    ...(options.port === undefined ? {} : { port: options.port }),
  })
  site.url = server.url

  return {
    ...server,
    issues(projectKey) {
      if (site.findProject(projectKey) === undefined)
        throw new Error(`The fake Jira has no project ${projectKey}.`)
      return site.issuesOf(projectKey).map((issue) => viewIssue(site, issue))
    },
    get mentions() {
      return site.projects
        .flatMap(({ key }) => site.issuesOf(key))
        .flatMap((issue) =>
          [...Object.values(issue.values), ...issue.comments.map(({ body }) => body)]
            .flatMap(documentMentions)
            .map((accountId) => ({ issueKey: issue.key, accountId })),
        )
    },
    revokeToken(token, as = 'unauthorized') {
      revoked.set(token, as)
    },
    deny: (permission, projectKey) => {
      site.deny(permission, projectKey)
    },
    allow: (permission, projectKey) => {
      site.allow(permission, projectKey)
    },
    setIndexDelay(delayMs) {
      site.index.setDelay(asFunction(delayMs))
    },
    moveByHand(issueKey, statusName, resolutionName) {
      moveByHand(site, issueKey, { statusName, resolutionName, at: now() })
    },
    deleteByHand(issueKey) {
      site.remove(existingIssue(site, issueKey), now())
    },
  }
}

function asFunction(delayMs: number | (() => number)): () => number {
  return typeof delayMs === 'number' ? () => delayMs : delayMs
}
