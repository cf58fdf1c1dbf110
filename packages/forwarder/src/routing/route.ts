import type { QuietHours, Settings } from '../config/settings.ts'
import type { Severity } from '../domain/severity.ts'
import { findMismatch, matchedBy } from './match.ts'
import type { Routable } from './routable.ts'

/** A target that is told, and how. */
export interface Assignment {
  readonly target: string
  /** The place of its route in `settings.routes`, from 0. */
  readonly route: number
  /** By the route, else by the first severity rule that matches, else the reading's own. */
  readonly severity: Severity
  readonly owner: string | undefined
  readonly dueMs: number | undefined
  readonly quietHours: QuietHours | undefined
  /** Why, in sentences for `explain`: which patterns matched, and where the severity comes from. */
  readonly why: readonly string[]
}

/** What the routes say to something. */
export interface Routing {
  /** One for each target, in order of the routes; of several routes to a target, the first counts. */
  readonly assignments: readonly Assignment[]
  /** The routes that matched, also those to nobody. None: nobody asked for it. */
  readonly matched: readonly number[]
  /** What every route said, for `explain`: `routes[0] does not match: control is "CC6.1", not CC7.*`. */
  readonly verdicts: readonly string[]
}

/**
 * Who is told of something, by severity rules first and routes then: the first route that matches, or all of them. A route
 * without `event` does not match types of event that this version does not know.
 *
 * Whoever is told already is not asked here: an alert that is open stays at its target, whatever the routes say.
 */
export function route(
  routable: Routable,
  settings: Pick<Settings, 'routes' | 'routing' | 'severities'>,
): Routing {
  const ruled = ruleSeverity(routable, settings.severities)
  const conditions = { ...routable, severity: ruled.severity }
  const assignments = new Map<string, Assignment>()
  const matched: number[] = []
  const verdicts: string[] = []
  for (const [index, each] of settings.routes.entries()) {
    const mismatch = findMismatch(each.match, conditions, 'known-types')
    if (mismatch !== undefined) {
      verdicts.push(`routes[${index}] does not match: ${mismatch}.`)
      continue
    }
    matched.push(index)
    verdicts.push(each.to.length === 0 ? `routes[${index}] matches: nobody.` : `routes[${index}] matches.`)
    const assignment = {
      route: index,
      severity: each.severity ?? ruled.severity,
      owner: each.owner,
      dueMs: each.dueMs,
      quietHours: each.quietHours,
      why: [
        `routes[${index}] matches ${matchedBy(each.match, conditions)}.`,
        each.severity === undefined ? ruled.why : `Severity ${each.severity} by routes[${index}].`,
      ],
    }
    for (const target of each.to)
      if (!assignments.has(target)) assignments.set(target, { target, ...assignment })
    if (settings.routing === 'first') break
  }
  return { assignments: [...assignments.values()], matched, verdicts }
}

/**
 * Where problems of a subject may go, whatever their severity is: the targets that have to remember its recovery, so that a
 * problem which arrives late changes nothing there.
 */
export function recoveryTargets(
  conditions: Omit<Routable, 'severity'>,
  settings: Pick<Settings, 'routes' | 'routing'>,
): readonly string[] {
  const targets = new Set<string>()
  for (const { match, to } of settings.routes) {
    const { severity, ...rest } = match
    if (findMismatch(rest, conditions, 'known-types') !== undefined) continue
    for (const target of to) targets.add(target)
    if (settings.routing === 'first' && severity === undefined) break
  }
  return [...targets]
}

function ruleSeverity(
  routable: Routable,
  rules: Settings['severities'],
): { readonly severity: Severity; readonly why: string } {
  const index = rules.findIndex(({ match }) => findMismatch(match, routable, 'all-types') === undefined)
  const rule = rules[index]
  return rule === undefined
    ? { severity: routable.severity, why: `Severity ${routable.severity} by default.` }
    : { severity: rule.severity, why: `Severity ${rule.severity} by severities[${index}].` }
}
