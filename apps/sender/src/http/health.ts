import type { Readiness } from '@complywise/service'
import { z } from 'zod'
import { type Api, json } from './api.ts'
import { ProblemError } from './problem.ts'

const check = z.object({
  status: z.enum(['ok', 'unavailable']),
  detail: z.string().optional(),
})

const live = z
  .object({ status: z.literal('ok') })
  .meta({ id: 'Liveness', description: 'The process runs.', examples: [{ status: 'ok' }] })

const ready = z.object({ status: z.literal('ok'), checks: z.record(z.string(), check) }).meta({
  id: 'Readiness',
  description: 'What this process depends on, each usable now.',
  examples: [{ status: 'ok', checks: { database: { status: 'ok' }, dispatcher: { status: 'ok' } } }],
})

/** Adds `/healthz` (is the process alive: restart it if not) and `/readyz` (may it be sent requests now). */
export function addHealthRoutes(app: Api, readiness: Readiness): void {
  app.route({
    method: 'GET',
    url: '/healthz',
    config: { access: 'public', isProbe: true },
    schema: {
      operationId: 'getLiveness',
      tags: ['Operation'],
      summary: 'Is the process alive?',
      description: 'Asks nothing else, so that an unreachable database restarts nobody.',
      response: { 200: json('It is.', live) },
    },
    handler: async () => ({ status: 'ok' as const }),
  })

  app.route({
    method: 'GET',
    url: '/readyz',
    config: { access: 'public', isProbe: true, problems: ['not_ready', 'draining'] },
    schema: {
      operationId: 'getReadiness',
      tags: ['Operation'],
      summary: 'May the process be sent requests?',
      description:
        'Checks what the process depends on: the problem `not_ready` names what is unavailable. `draining` is the answer from the moment the process was asked to stop.',
      response: { 200: json('It may.', ready) },
    },
    handler: async () => {
      const { status, checks } = await readiness.report()
      if (status === 'ok') return { status, checks }
      if (status === 'draining') {
        throw new ProblemError('draining', 'The sender was asked to stop.', { members: { checks } })
      }
      const failed = Object.keys(checks).filter((name) => checks[name]?.status !== 'ok')
      throw new ProblemError('not_ready', `Not usable now: ${failed.join(', ')}.`, { members: { checks } })
    },
  })
}
