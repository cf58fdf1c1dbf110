import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import type { AuditReader } from '../store/audit-reader.ts'
import { auditPage, listAuditQuery, toAuditPage } from './audit-schemas.ts'

/** Adds `GET /api/audit`. */
export function addAuditRoutes(app: Api, auditReader: AuditReader): void {
  app.route({
    method: 'GET',
    url: '/api/audit',
    config: { access: ['admin'] },
    schema: {
      operationId: 'listAuditEntries',
      tags: ['Administration'],
      summary: 'List administrative changes',
      description:
        'Newest first: who changed what, over the API or by command. Nothing can change or delete an entry; whether somebody did so in the database, `sender verify-audit` tells.',
      querystring: listAuditQuery,
      response: { 200: json('A page of the audit log.', auditPage) },
    },
    handler: async (request) => {
      const { limit, cursor: before } = request.query
      const { accountId } = principalOf(request)
      const page = { limit: limit + 1, ...(before !== undefined && { before }) }
      return toAuditPage(await auditReader.list(accountId, page), limit)
    },
  })
}
