import type { Settings } from '@complywise/service'
import type { ForwarderApp } from '../forwarder-app.ts'
import { type FilePath, formatPath } from './file-problem.ts'
import { simpleSettings } from './process-settings.ts'

/** A place in the file that a variable of the simple case stands for; `*` is a name that is made of the variable's value. */
export interface VariablePlace {
  readonly variable: string
  readonly path: FilePath
}

/** Finds what each variable becomes in the file, by putting a mark in its place. */
export function findVariables(
  { simple }: Pick<ForwarderApp<unknown, unknown, unknown>, 'simple'>,
  settings: Settings,
  values: Readonly<Record<string, unknown>>,
): readonly VariablePlace[] {
  const own = Object.entries(settings).flatMap(([name, { env }]) => {
    try {
      return marked(simple.toFile({ ...values, [name]: mark }), []).map((path) => ({ variable: env, path }))
    } catch {
      // An app that computes with the value cannot do so with a mark; its problems then name the path.
      return []
    }
  })
  return [
    { variable: 'FORWARDER_INSTANCE', path: ['instance'] },
    { variable: simpleSettings.webhookSecret.env, path: ['webhook', 'secret'] },
    { variable: simpleSettings.webhookSecret.env, path: ['webhook'] },
    ...own,
  ]
}

/** The variable that stands for a path or what is around it; for what is around variables, all of them. */
export function variableOf(places: readonly VariablePlace[], path: FilePath): string {
  const around = path
    .map((_, index) => path.slice(0, path.length - index))
    .map((each) => places.find((place) => place.path.length === each.length && begins(place.path, each)))
    .find((place) => place !== undefined)
  if (around !== undefined) return around.variable
  return places.some((place) => begins(place.path, path)) ? 'The environment' : formatPath(path)
}

/** `text` with variables in the place of the paths that they stand for. */
export function nameVariables(places: readonly VariablePlace[], text: string): string {
  return places
    .filter(({ path }) => path.length > 1)
    .reduce((rest, { path, variable }) => rest.replaceAll(formatPath(path), variable), text)
}

const mark = '\uE000'

function marked(value: unknown, path: FilePath): readonly FilePath[] {
  if (typeof value === 'string') return value.includes(mark) ? [path] : []
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, each]) => {
    const isName = key.includes(mark)
    const under = [...path, Array.isArray(value) ? Number(key) : isName ? '*' : key]
    return [...(isName ? [under] : []), ...marked(each, under)]
  })
}

function begins(place: FilePath, path: FilePath): boolean {
  return path.every((part, index) => place[index] === part || place[index] === '*')
}
