import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from './api.ts'
import { isDatabaseUnavailable } from './database-unavailable.ts'
import { MAX_BODY_BYTES } from './json-body.ts'
import { PROBLEM_MEDIA_TYPE, ProblemError, unavailable } from './problem.ts'
import { secureHeaders } from './secure-headers.ts'

/** Answers whatever is thrown with a problem document; what the caller cannot have caused is logged. */
export function addErrorAnswers(app: Api): void {
  app.setErrorHandler(answerWithProblem)
}

/** Sends the problem that `error` is, or stands for. */
export function answerWithProblem(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const problem = toProblemError(error, request.routeOptions.bodyLimit)
  const isUnexpected = problem !== error && problem.status >= 500
  if (isUnexpected && !hasCallerLeft(request)) request.log.error({ err: error }, problem.code)
  // With `close`, the rest of a large body would reset the connection before the caller has read the answer. Node
  // discards the rest as it comes, for at most the request timeout.
  if (problem.code === 'body_too_large') reply.removeHeader('connection')
  reply
    .code(problem.status)
    // Fastify's hooks, which set the first ones, do not run for a path that it cannot decode.
    .headers({ 'x-request-id': request.id, ...secureHeaders, ...problem.headers })
    .type(PROBLEM_MEDIA_TYPE)
    // As bytes, because Fastify adds a charset to text, and the media type has no such parameter.
    .send(Buffer.from(JSON.stringify(problem.toProblem())))
}

function toProblemError(error: unknown, bodyLimit: number = MAX_BODY_BYTES): ProblemError {
  if (error instanceof ProblemError) return error
  if (isDatabaseUnavailable(error)) return unavailable('The database cannot be reached.', error)
  switch (frameworkCode(error)) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return new ProblemError('body_too_large', `A body may have at most ${bodyLimit} bytes.`)
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return new ProblemError('unsupported_media_type', 'The body must be sent as application/json.')
    case 'FST_ERR_CTP_INVALID_CONTENT_LENGTH':
      return new ProblemError('malformed_request', 'The body is not as long as Content-Length says.')
    case 'FST_ERR_BAD_URL':
      return new ProblemError('malformed_request', 'The path has a % that encodes nothing.')
    case 'FST_ERR_MAX_PARAM_LENGTH':
      return new ProblemError('not_found', 'There is no record with this id.')
    default:
      return new ProblemError('internal_error', 'Something failed in the sender; it was logged.', {
        cause: error,
      })
  }
}

function frameworkCode(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : undefined
}

function hasCallerLeft({ raw }: FastifyRequest): boolean {
  return raw.destroyed && !raw.complete
}
