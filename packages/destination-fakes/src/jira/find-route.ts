import type { JiraRoute } from './call.ts'

/** The route of a request with the variable parts of its path, decoded; `undefined` when there is none. */
export function findRoute(
  routes: readonly JiraRoute[],
  method: string,
  path: string,
): { readonly route: JiraRoute; readonly params: Readonly<Record<string, string>> } | undefined {
  const parts = path.split('/')
  for (const route of routes) {
    const params = route.method === method ? matchPath(route.path.split('/'), parts) : undefined
    if (params !== undefined) return { route, params }
  }
  return undefined
}

function matchPath(
  template: readonly string[],
  parts: readonly string[],
): Readonly<Record<string, string>> | undefined {
  if (template.length !== parts.length) return undefined
  const params: Record<string, string> = {}
  for (const [at, expected] of template.entries()) {
    const part = decoded(parts[at] ?? '')
    if (part === undefined) return undefined
    const name = /^\{(.+)\}$/.exec(expected)?.[1]
    if (name === undefined && part !== expected) return undefined
    if (name !== undefined) params[name] = part
  }
  return params
}

function decoded(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}
