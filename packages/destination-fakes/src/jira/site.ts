import type {
  JiraChoice,
  JiraIssue,
  JiraIssueLink,
  JiraLinkType,
  JiraProject,
  JiraStatus,
  JiraUser,
} from './model.ts'
import { createSearchIndex, type SearchIndex } from './search-index.ts'

export interface SiteOptions {
  readonly projects: readonly JiraProject[]
  readonly users: readonly JiraUser[]
  readonly priorities: readonly JiraChoice[]
  readonly resolutions: readonly JiraChoice[]
  readonly linkTypes: readonly JiraLinkType[]
  /** How far the search index lags behind. */
  readonly indexDelayMs: () => number
}

/** Everything a Jira site holds. Issues are values: whoever changes one stores a new one. */
export class JiraSite {
  readonly projects: readonly JiraProject[]
  readonly users: readonly JiraUser[]
  readonly priorities: readonly JiraChoice[]
  readonly resolutions: readonly JiraChoice[]
  readonly linkTypes: readonly JiraLinkType[]
  readonly index: SearchIndex
  /** Scheme, host and port, known once the site is served. */
  url = ''
  readonly #issues = new Map<string, JiraIssue>()
  readonly #idsByKey = new Map<string, string>()
  readonly #issueNumbers = new Map<string, number>()
  readonly #denied = new Set<string>()
  #links: readonly JiraIssueLink[] = []
  #lastId = 10_000

  constructor(options: SiteOptions) {
    const keys = options.projects.flatMap(({ key, id }) => [key, id])
    if (new Set(keys).size < keys.length) throw new Error('Two projects of the fake Jira share a key or id.')
    this.projects = options.projects
    this.users = options.users
    this.priorities = options.priorities
    this.resolutions = options.resolutions
    this.linkTypes = options.linkTypes
    this.index = createSearchIndex(options.indexDelayMs)
  }

  /** Ids grow over the whole site, so a lower one is older. */
  nextId(): string {
    this.#lastId += 1
    return String(this.#lastId)
  }

  nextKey(project: JiraProject): string {
    const number = (this.#issueNumbers.get(project.key) ?? 0) + 1
    this.#issueNumbers.set(project.key, number)
    return `${project.key}-${number}`
  }

  findProject(keyOrId: string): JiraProject | undefined {
    const key = keyOrId.toUpperCase()
    return this.projects.find((project) => project.key === key || project.id === keyOrId)
  }

  projectOf(issue: JiraIssue): JiraProject {
    return definite(this.findProject(issue.projectKey), `project ${issue.projectKey}`)
  }

  statusOf(issue: JiraIssue, statusId = issue.statusId): JiraStatus {
    const { statuses } = this.projectOf(issue).workflow
    return definite(
      statuses.find(({ id }) => id === statusId),
      `status ${statusId}`,
    )
  }

  findIssue(keyOrId: string): JiraIssue | undefined {
    return this.#issues.get(this.#idsByKey.get(keyOrId.toUpperCase()) ?? keyOrId)
  }

  /** All issues of a project, oldest first. */
  issuesOf(projectKey: string): readonly JiraIssue[] {
    return [...this.#issues.values()].filter((issue) => issue.projectKey === projectKey)
  }

  subtasksOf(issue: JiraIssue): readonly JiraIssue[] {
    return [...this.#issues.values()].filter(({ values }) => values['parent'] === issue.id)
  }

  put(issue: JiraIssue, at: number): void {
    this.#issues.set(issue.id, issue)
    this.#idsByKey.set(issue.key, issue.id)
    this.index.put(issue.id, issue, at)
  }

  remove(issue: JiraIssue, at: number): void {
    this.#issues.delete(issue.id)
    this.#idsByKey.delete(issue.key)
    this.#links = this.#links.filter(
      ({ inwardId, outwardId }) => inwardId !== issue.id && outwardId !== issue.id,
    )
    this.index.put(issue.id, undefined, at)
  }

  linksOf(issue: JiraIssue): readonly JiraIssueLink[] {
    return this.#links.filter(({ inwardId, outwardId }) => [inwardId, outwardId].includes(issue.id))
  }

  /** Links two issues; the same link again makes no second one. */
  link(link: Omit<JiraIssueLink, 'id'>): void {
    const isKnown = this.#links.some(
      ({ typeId, inwardId, outwardId }) =>
        typeId === link.typeId && inwardId === link.inwardId && outwardId === link.outwardId,
    )
    if (!isKnown) this.#links = [...this.#links, { id: this.nextId(), ...link }]
  }

  /** Takes a permission away from everybody, in one project or in all. */
  deny(permission: string, projectKey = '*'): void {
    this.#denied.add(`${permission} ${projectKey}`)
  }

  /** Gives back what {@link JiraSite.deny} took with the same arguments. */
  allow(permission: string, projectKey = '*'): void {
    this.#denied.delete(`${permission} ${projectKey}`)
  }

  /** Nobody who is not logged in may do anything. */
  mayUse(permission: string, user: JiraUser | undefined, projectKey?: string): boolean {
    if (user === undefined || this.#denied.has(`${permission} *`)) return false
    return projectKey === undefined || !this.#denied.has(`${permission} ${projectKey}`)
  }
}

function definite<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The fake Jira has lost ${what}.`)
  return value
}
