import type { FastifyRequest } from 'fastify'
import { principalOf } from '../http/access.ts'
import { versionsToMatch } from '../http/entity-tag.ts'
import type { ChangeTarget } from '../store/locked-subscription.ts'

/** The subscription that a request wants to change, with what its `If-Match` demands. */
export function targetOf(request: FastifyRequest, id: string): ChangeTarget {
  const { accountId, actor } = principalOf(request)
  const versions = versionsToMatch(request)
  return { accountId, id, actor, ...(versions && { versions }) }
}
