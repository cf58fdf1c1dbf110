import { principalOf } from '../http/access.ts'
import { type Api, json } from '../http/api.ts'
import { ProblemError, validationFailed } from '../http/problem.ts'
import type { RecoverJobStore } from '../store/recover-jobs.ts'
import { idParams } from './ids.ts'
import { toPageAnswer, toPageRequest } from './pages.ts'
import {
  listRecoverJobsQuery,
  recoverBody,
  recoverCountAnswer,
  recoverJobAnswer,
  recoverJobPage,
  toRecoverJobAnswer,
} from './recover-schemas.ts'
import { subscriptionNotFound } from './subscription-refusals.ts'

const tags = ['Delivery Log']

/** Adds `POST /api/webhooks/{id}/recover` and the routes under `/api/recover-jobs`. */
export function addRecoverRoutes(app: Api, jobs: RecoverJobStore): void {
  app.route({
    method: 'POST',
    url: '/api/webhooks/:id/recover',
    config: { access: ['admin'], problems: ['recover_running'] },
    schema: {
      operationId: 'recover',
      tags,
      summary: 'Recover what was not received',
      description:
        'Redelivers, as a job, every event of a time that the subscription did not receive: its newest delivery in that time failed or was canceled, and none that was made later succeeded or is pending. Tests and events that are no longer kept are left out. With `dry_run`, counts only. The job outlives crashes, makes each delivery once, waits while the subscription is paused or disabled, and can be canceled. A subscription has one at a time.',
      params: idParams,
      body: recoverBody,
      response: {
        200: json('The count, for a dry run.', recoverCountAnswer),
        202: json('The job.', recoverJobAnswer),
      },
    },
    handler: async (request, reply) => {
      const { accountId, actor } = principalOf(request)
      const { since, until, deliveries_per_second: deliveriesPerSecond, dry_run: isDryRun } = request.body
      const range = { subscriptionId: request.params.id, since, until: notAfterNow(until) }
      if (since >= range.until) throw notBefore(range.until)
      if (isDryRun) {
        const count = await jobs.count(accountId, range)
        if (count === undefined) throw subscriptionNotFound()
        return reply.code(200).send({ count, since: since.toISOString(), until: range.until.toISOString() })
      }
      const started = await jobs.start({ ...range, accountId, actor, deliveriesPerSecond })
      if (started.kind === 'not_found') throw subscriptionNotFound()
      if (started.kind === 'running') {
        const members = { job_id: started.job.id }
        throw new ProblemError('recover_running', 'This subscription is being recovered.', { members })
      }
      return reply
        .code(202)
        .header('location', `/api/recover-jobs/${started.job.id}`)
        .send(toRecoverJobAnswer(started.job))
    },
  })

  app.route({
    method: 'GET',
    url: '/api/recover-jobs',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'listRecoverJobs',
      tags,
      summary: 'List recoveries',
      description: 'Newest first.',
      querystring: listRecoverJobsQuery,
      response: { 200: json('A page of jobs.', recoverJobPage) },
    },
    handler: async (request) => {
      const { subscription_id: subscriptionId } = request.query
      const filter = subscriptionId === undefined ? {} : { subscriptionId }
      const page = await jobs.list(principalOf(request).accountId, filter, toPageRequest(request.query))
      return toPageAnswer(page, toRecoverJobAnswer)
    },
  })

  app.route({
    method: 'GET',
    url: '/api/recover-jobs/:id',
    config: { access: ['admin', 'member'] },
    schema: {
      operationId: 'getRecoverJob',
      tags,
      summary: 'Get a recovery',
      description: 'With its progress.',
      params: idParams,
      response: { 200: json('The job.', recoverJobAnswer) },
    },
    handler: async (request) => {
      const job = await jobs.get(principalOf(request).accountId, request.params.id)
      if (job === undefined) throw noJob()
      return toRecoverJobAnswer(job)
    },
  })

  app.route({
    method: 'POST',
    url: '/api/recover-jobs/:id/cancel',
    config: { access: ['admin'] },
    schema: {
      operationId: 'cancelRecoverJob',
      tags,
      summary: 'Cancel a recovery',
      description: 'Deliveries that it made stay. A job that has ended already is left as it is.',
      params: idParams,
      response: { 200: json('The job.', recoverJobAnswer) },
    },
    handler: async (request) => {
      const { accountId, actor } = principalOf(request)
      const job = await jobs.cancel(accountId, request.params.id, actor)
      if (job === undefined) throw noJob()
      return toRecoverJobAnswer(job)
    },
  })
}

// What fails from now on is not known when the deliveries are counted.
function notAfterNow(until: Date | undefined): Date {
  const now = new Date()
  return until === undefined || until > now ? now : until
}

function notBefore(until: Date): ProblemError {
  const detail = `Expected an instant before ${until.toISOString()}.`
  return validationFailed([{ path: '/since', code: 'invalid_value', detail }])
}

function noJob(): ProblemError {
  return new ProblemError('not_found', 'There is no recovery with this id.')
}
