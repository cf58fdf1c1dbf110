import type { AppConfig, ForwarderApp } from '../forwarder-app.ts'
import { type Complaint, complaintsOf, wordIssue } from './describe-issue.ts'
import { complainOfName, type FileOf, fileSections } from './file-schema.ts'
import type { Settings } from './settings.ts'

/** What of an app a configuration is checked against. */
export type CheckedApp<Target, Options> = FileOf<Target, Options> &
  Pick<ForwarderApp<Target, Options, unknown>, 'problems'>

/** A configuration, or everything that is wrong with it. */
export type Validation<Target, Options> =
  | { readonly kind: 'valid'; readonly config: AppConfig<Target, Options> }
  | { readonly kind: 'invalid'; readonly complaints: readonly Complaint[] }

/**
 * Checks what a file says, section by section, so that a mistake in one hides none in another; then what has to hold between
 * them. One target and no routes: everything goes there.
 */
export function validateConfig<Target, Options>(
  value: unknown,
  app: CheckedApp<Target, Options>,
): Validation<Target, Options> {
  if (!isRecord(value)) {
    const sections = `instance, webhook, ${app.destination}, targets`
    const message =
      value === undefined ? `is empty, but needs ${sections}` : 'must be a section of keys and values'
    return { kind: 'invalid', complaints: [{ path: [], message, kind: 'value', choices: [] }] }
  }
  const sections = fileSections(app)
  const parsed: Record<string, unknown> = {}
  const complaints: Complaint[] = []
  for (const [name, schema] of Object.entries(sections)) {
    const result = schema.safeParse(value[name], { error: wordIssue })
    if (result.success) parsed[name] = result.data
    else complaints.push(...result.error.issues.flatMap((issue) => complaintsOf(issue, [name])))
  }
  for (const key of Object.keys(value)) {
    if (!Object.hasOwn(sections, key)) complaints.push(unknownKey(key))
  }
  complaints.push(...checkNamesOfTargets(value), ...checkTargetsOfRoutes(value))
  if (complaints.length > 0) return { kind: 'invalid', complaints }
  const config = toConfig<Target, Options>(parsed, app.destination)
  const wrong = (app.problems?.(config) ?? []).map(({ path, message }): Complaint => ({
    path,
    message,
    kind: 'value',
    choices: [],
  }))
  return wrong.length > 0 ? { kind: 'invalid', complaints: wrong } : { kind: 'valid', config }
}

function unknownKey(key: string): Complaint {
  return { path: [key], message: 'is not a setting', kind: 'unknown-key', choices: [] }
}

function checkNamesOfTargets({ targets }: Readonly<Record<string, unknown>>): readonly Complaint[] {
  return Object.keys(isRecord(targets) ? targets : {}).flatMap((name): readonly Complaint[] => {
    const message = complainOfName(name)
    return message === undefined ? [] : [{ path: ['targets', name], message, kind: 'name', choices: [] }]
  })
}

/** Asked of what the file says, so that it is told of together with whatever else is wrong with the routes. */
function checkTargetsOfRoutes(file: Readonly<Record<string, unknown>>): readonly Complaint[] {
  const { targets = {}, routes = [] } = file
  if (!isRecord(targets) || !Array.isArray(routes)) return []
  const names = Object.keys(targets)
  if (routes.length === 0 && names.length > 1) {
    const message = 'is required with several targets'
    return [{ path: ['routes'], message, kind: 'missing', choices: [] }]
  }
  return routes.flatMap((route: unknown, index): Complaint[] => {
    const to: unknown = isRecord(route) ? route['to'] : []
    return (Array.isArray(to) ? to : [to]).flatMap((name: unknown, place): Complaint[] => {
      if (typeof name !== 'string' || names.includes(name)) return []
      const path = ['routes', index, 'to', ...(Array.isArray(to) ? [place] : [])]
      return [{ path, message: 'must be the name of a target', kind: 'value', choices: names }]
    })
  })
}

function toConfig<Target, Options>(
  parsed: Readonly<Record<string, unknown>>,
  destination: string,
): AppConfig<Target, Options> {
  const { instance, webhook, targets, deadline, [destination]: options, ...rest } = parsed
  // oxlint-disable typescript/no-unsafe-type-assertion -- Each came from the schema of its section.
  const settings = { ...rest, instance, deadlineMs: deadline } as Settings
  const named = targets as Readonly<Record<string, Target>>
  const [only] = Object.keys(named)
  const isSimple = settings.routes.length === 0 && only !== undefined
  return {
    settings: isSimple ? { ...settings, routes: [{ match: {}, to: [only] }] } : settings,
    webhook: webhook as AppConfig<Target, Options>['webhook'],
    targets: named,
    options: options as Options,
  }
  // oxlint-enable typescript/no-unsafe-type-assertion
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
