import { inspectSecret } from '@complywise/webhooks'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { principalOf } from '../http/access.ts'
import { validationFailed } from '../http/problem.ts'
import { createNetwork, type NetworkOptions } from '../network/open-connection.ts'
import { findingCodes, judgeScheme, preflight } from './endpoint-check.ts'
import type { TestBudget } from './test-budget.ts'

/** The schema of {@link Warning}. */
export const warning = z
  .object({
    code: z.enum(['secret_short', 'secret_repetitive', 'receiver_unprepared', ...findingCodes]),
    path: z.string().meta({ description: 'A JSON pointer into the request body.' }),
    detail: z.string().meta({ description: 'What it is, and what to do.' }),
  })
  .meta({ id: 'Warning', description: 'Something that was accepted, and should be changed nevertheless.' })

/** Something that was accepted, and should be changed nevertheless. */
export type Warning = z.output<typeof warning>

/** How endpoints are judged. */
export interface EndpointInspection extends NetworkOptions {
  /** Whether new endpoints are connected to; else only their names are looked up. Default: only that. */
  readonly connectsToEndpoints?: boolean
}

/** How endpoints are judged for whoever asked. */
export interface EndpointJudging extends EndpointInspection {
  /** Looks at endpoints of each account, whichever request asks for them. Beyond it only names are looked up. */
  readonly endpointBudget: TestBudget
}

/**
 * What should be changed about an endpoint. It is not connected to for longer than the caller waits for the answer.
 *
 * @throws {ProblemError} when it may not be used at all.
 */
export async function warnOfEndpoint(
  url: URL,
  request: FastifyRequest,
  reply: FastifyReply,
  options: EndpointJudging,
): Promise<readonly Warning[]> {
  const { connectsToEndpoints = false, endpointBudget } = options
  const network = createNetwork(options)
  const connects = connectsToEndpoints && endpointBudget.take(principalOf(request).accountId).granted
  const signal = untilLeft(reply)
  const first = await preflight(url, { network, connects, signal })
  // Whoever has left has asked nevertheless: the rules are applied, as if this sender did not connect.
  const check = signal.aborted ? await preflight(url, { network, connects: false }) : first
  if (!check.permitted) {
    throw validationFailed([{ path: '/url', code: refusalCodeOf(check), detail: check.detail }])
  }
  return [...judgeScheme(url), ...check.findings].map(({ code, detail, remedy }) => ({
    code,
    path: '/url',
    detail: `${detail} ${remedy}`,
  }))
}

/** Aborted when nobody waits for the answer any more. */
export function untilLeft({ raw }: FastifyReply): AbortSignal {
  const left = new AbortController()
  raw.once('close', () => left.abort())
  return left.signal
}

/** The stable code of a refusal. */
export function refusalCodeOf({ range }: { readonly range: string }): 'port_forbidden' | 'address_forbidden' {
  return range === 'port' ? 'port_forbidden' : 'address_forbidden'
}

/** What should be changed about a secret that can be used. */
export function warnOfSecret(secret: string): readonly Warning[] {
  const inspection = inspectSecret(secret)
  if (!inspection.usable || inspection.weakness === undefined) return []
  return [{ code: inspection.weakness, path: '/secret', detail: inspection.detail }]
}
