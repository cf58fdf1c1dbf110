/** A server that is measured, in a process of its own. */
export interface Contender {
  readonly name: string
  /** What makes it, in `apps/`. */
  readonly app: AppName
  readonly kind: 'bare' | 'complywise' | 'octokit'
  /** The name of the bare server of the same framework. */
  readonly base: string
}

/** A module in `apps/`. */
export type AppName = 'express' | 'fastify' | 'hono' | 'node' | 'fetch'

/** All of them, those of one framework side by side. */
export const contenders: readonly Contender[] = [
  ...pair('Express 5', 'express'),
  { name: 'Express 5, @octokit/webhooks', app: 'express', kind: 'octokit', base: 'Express 5, bare' },
  ...pair('Fastify 5', 'fastify'),
  ...pair('Hono', 'hono'),
  ...pair('node:http', 'node'),
  ...pair('fetch', 'fetch'),
]

function pair(framework: string, app: AppName): readonly Contender[] {
  const base = `${framework}, bare`
  return [
    { name: base, app, kind: 'bare', base },
    { name: `${framework}, complywise`, app, kind: 'complywise', base },
  ]
}
