import { inspectSecret } from '@complywise/webhooks'
import { z } from 'zod'
import { validationFailed } from '../http/problem.ts'
import { createNetwork, type NetworkOptions } from '../network/open-connection.ts'
import { findingCodes, preflight } from './endpoint-check.ts'

/** The schema of {@link Warning}. */
export const warning = z
  .object({
    code: z.enum([
      'secret_short',
      'secret_repetitive',
      'receiver_unprepared',
      'url_not_encrypted',
      ...findingCodes,
    ]),
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

/**
 * What should be changed about an endpoint.
 *
 * @throws {ProblemError} when it may not be used at all.
 */
export async function warnOfEndpoint(url: URL, options: EndpointInspection): Promise<readonly Warning[]> {
  const { connectsToEndpoints: connects = false } = options
  const check = await preflight(url, { network: createNetwork(options), connects })
  if (!check.permitted) {
    const code = check.range === 'port' ? 'port_forbidden' : 'address_forbidden'
    throw validationFailed([{ path: '/url', code, detail: check.detail }])
  }
  const warnings = check.findings.map(({ code, detail, remedy }) => ({
    code,
    path: '/url',
    detail: `${detail} ${remedy}`,
  }))
  if (url.protocol === 'https:') return warnings
  const detail = 'Events are sent without encryption; use https: wherever the network is not your own.'
  return [{ code: 'url_not_encrypted', path: '/url', detail }, ...warnings]
}

/** What should be changed about a secret that can be used. */
export function warnOfSecret(secret: string): readonly Warning[] {
  const inspection = inspectSecret(secret)
  if (!inspection.usable || inspection.weakness === undefined) return []
  return [{ code: inspection.weakness, path: '/secret', detail: inspection.detail }]
}
