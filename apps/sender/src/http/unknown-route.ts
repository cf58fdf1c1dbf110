import type { Api } from './api.ts'
import { ProblemError } from './problem.ts'

/**
 * Answers 405 with `Allow` on a known path with another method, and 404 on any other path, before a body is read.
 *
 * To be added before the routes, which it takes note of.
 */
export function addUnknownRouteAnswers(app: Api): void {
  const routes: { readonly pattern: readonly string[]; readonly methods: readonly string[] }[] = []
  app.addHook('onRoute', ({ url, method }) => {
    routes.push({ pattern: url.split('/'), methods: [method].flat() })
  })
  app.addHook('onRequest', async ({ is404, url, method }) => {
    if (!is404) return
    const segments = url.split('?', 1)[0]?.split('/') ?? []
    const allowed = routes
      .filter(({ pattern }) => matches(pattern, segments))
      .flatMap(({ methods }) => methods)
    if (allowed.length === 0) throw new ProblemError('route_not_found', 'There is nothing at this path.')
    throw new ProblemError('method_not_allowed', `${method} is not possible here.`, {
      headers: { allow: allowed.toSorted().join(', ') },
    })
  })
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  // `*`, always the last part, stands for one segment or more.
  const hasLength =
    pattern.at(-1) === '*' ? pattern.length <= segments.length : pattern.length === segments.length
  return hasLength && pattern.every((part, index) => matchesPart(part, segments[index]))
}

function matchesPart(part: string, segment: string | undefined): boolean {
  if (part === '*') return true
  return part.startsWith(':') ? segment !== '' : part === segment
}
