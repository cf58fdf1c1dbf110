import type { TransitionState } from '../client/jira-api.ts'

/** Where an issue is to go, by the category of the status. */
export type Goal = 'done' | 'open'

/** What is configured for it. */
export interface TransitionWishes {
  readonly goal: Goal
  /** Id or name of the transition, or name of the status it leads to. */
  readonly preferred: string | undefined
  /** Names of resolutions, the best first. */
  readonly resolutions: readonly string[]
  /** Names of resolutions that say something else, and are never chosen. */
  readonly avoided: readonly string[]
  /** Values for fields that a transition may require, by id. */
  readonly values: Readonly<Record<string, unknown>>
}

/** A transition that leads to the goal, with what is to be sent. */
export interface TransitionPlan {
  readonly id: string
  readonly fields: Readonly<Record<string, unknown>>
  /** To be sent if Jira takes it: its screens have more fields than it lists. */
  readonly resolution: string | undefined
  /** Required fields that there is no value for. */
  readonly missing: readonly string[]
}

/** The transitions that lead to the goal, the best first. None depends on the language of their names. */
export function planTransitions(
  transitions: readonly TransitionState[],
  wishes: TransitionWishes,
): readonly TransitionPlan[] {
  return transitions
    .filter(({ toCategory }) => leadsTo(wishes.goal, toCategory))
    .map((transition) => ({ transition, plan: planOf(transition, wishes) }))
    .toSorted((a, b) => costOf(a.transition, a.plan, wishes) - costOf(b.transition, b.plan, wishes))
    .map(({ plan }) => plan)
}

function leadsTo(goal: Goal, category: string): boolean {
  return goal === 'done' ? category === 'done' : category === 'new' || category === 'indeterminate'
}

function planOf({ id, fields }: TransitionState, wishes: TransitionWishes): TransitionPlan {
  const given = Object.fromEntries(Object.entries(wishes.values).filter(([field]) => field in fields))
  const resolution =
    wishes.goal === 'done' ? chooseResolution(fields['resolution']?.allowed, wishes) : undefined
  const missing = Object.entries(fields)
    .filter(([field, { isRequired, hasDefault }]) => isRequired && !hasDefault && !(field in given))
    .map(([field]) => field)
    .filter((field) => field !== 'resolution' || resolution === undefined)
  return { id, fields: given, resolution, missing }
}

/** The best of those allowed; the best of all when Jira does not say what is allowed. */
function chooseResolution(
  allowed: readonly string[] | undefined,
  { resolutions, avoided }: TransitionWishes,
): string | undefined {
  if (allowed === undefined || allowed.length === 0) return resolutions[0]
  const best = resolutions
    .map((name) => allowed.find((each) => isSame(each, name)))
    .find((name) => name !== undefined)
  return best ?? allowed.find((name) => !avoided.some((each) => isSame(each, name)))
}

function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

// Statuses of the category done that say that nothing was done. Only where nothing is configured, and only among several.
const refusing =
  /cancel|reject|declin|won.?t|duplicat|abandon|obsolet|invalid|abgelehnt|abgebrochen|annul|rejet/i

function costOf(
  { id, name, toName, toCategory }: TransitionState,
  { missing }: TransitionPlan,
  { goal, preferred }: TransitionWishes,
): number {
  const isPreferred =
    preferred !== undefined &&
    [id, name, toName].some((each) => each.toLowerCase() === preferred.toLowerCase())
  return (
    (isPreferred ? 0 : 1_000) +
    (missing.length > 0 ? 100 : 0) +
    (refusing.test(`${name} ${toName}`) ? 10 : 0) +
    // What is reopened is to be looked at again, not in somebody's hands already.
    (goal === 'open' && toCategory !== 'new' ? 1 : 0)
  )
}
