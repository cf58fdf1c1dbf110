import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError } from '../http/problem.ts'
import type { Role } from '../store/api-keys.ts'
import type { AuditReader } from '../store/audit-reader.ts'
import { auditPage, listAuditQuery, toAuditPage } from './audit-schemas.ts'

/** Adds `GET /api/audit`. */
export function addAuditRoutes(app: Api, auditReader: AuditReader): void {
  app.route({
    method: 'GET',
    url: '/api/audit',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listAuditEntries',
      tags: ['Administration'],
      summary: 'List administrative changes',
      description:
        'Newest first: who changed what, over the API or by command, and who signed in and out. Nothing can change or delete an entry; whether somebody did so in the database, `sender verify-audit` tells. Members may read what was done to one subscription: `target=subscription:<id>`.',
      querystring: listAuditQuery,
      response: { 200: json('A page of the audit log.', auditPage) },
    },
    handler: async (request) => {
      const { limit, cursor: before, target } = request.query
      const { accountId, role } = principalOf(request)
      if (role !== 'admin' && target?.startsWith('subscription:') !== true) throw onlySubscriptions(role)
      const page = {
        limit: limit + 1,
        ...(before !== undefined && { before }),
        ...(target !== undefined && { target }),
      }
      return toAuditPage(await auditReader.list(accountId, page), limit)
    },
  })
}

// Everything else tells of keys, and of who signs in when.
function onlySubscriptions(role: Role): ProblemError {
  return new ProblemError(
    'role_forbidden',
    `A key with the role ${role} may read what was done to one subscription, with target=subscription:<id>; one with the role admin everything.`,
  )
}
