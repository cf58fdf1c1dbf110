/** What a problem code stands for. */
export interface ProblemDefinition {
  /** The HTTP status that it is answered with. */
  readonly status: number
  /** The same for every occurrence (RFC 9457 §3.1.3). */
  readonly title: string
  /** What the caller can do about it. */
  readonly remedy: string
}

/** Every problem that this API answers with, by its code. Codes are stable: programs may rely on them. */
export const problems = {
  malformed_request: {
    status: 400,
    title: 'Malformed request',
    remedy: 'Send valid HTTP/1.1: the request line, the path or a header could not be read.',
  },
  malformed_json: {
    status: 400,
    title: 'Malformed JSON',
    remedy: 'Send a body that is JSON (RFC 8259) in UTF-8.',
  },
  key_missing: {
    status: 401,
    title: 'API key missing',
    remedy: 'Send `Authorization: Bearer cwk_…` with an API key.',
  },
  key_unknown: {
    status: 401,
    title: 'API key unknown',
    remedy: 'Check that the key is complete and was not revoked.',
  },
  token_invalid: {
    status: 401,
    title: 'Token invalid',
    remedy: 'Get a new token from the issuer; `detail` says what is wrong with this one.',
  },
  token_expired: {
    status: 401,
    title: 'Token expired',
    remedy: 'Get a new token from the issuer.',
  },
  session_expired: {
    status: 401,
    title: 'Session has ended',
    remedy: 'Sign in again with `POST /api/session`.',
  },
  token_forbidden: {
    status: 403,
    title: 'Token gives no access',
    remedy: 'Have the issuer give its user a role and an account here; `detail` says what is missing.',
  },
  role_forbidden: {
    status: 403,
    title: 'Role may not do this',
    remedy: 'Use a key with one of the roles that `detail` names.',
  },
  cross_site_request: {
    status: 403,
    title: 'Request came from another site',
    remedy:
      'Send it from a page of this sender, whose browser names the origin; outside of browsers, authenticate with `Authorization`.',
  },
  not_found: {
    status: 404,
    title: 'Not found',
    remedy: 'Check the id; records of other accounts and deleted ones are not found either.',
  },
  route_not_found: {
    status: 404,
    title: 'No such path',
    remedy: 'Look the path up in `/openapi.json`.',
  },
  method_not_allowed: {
    status: 405,
    title: 'Method not allowed',
    remedy: 'Use one of the methods in the `Allow` header.',
  },
  request_timeout: {
    status: 408,
    title: 'Request took too long',
    remedy: 'Send the whole request faster.',
  },
  event_id_conflict: {
    status: 409,
    title: 'Event id belongs to another event',
    remedy:
      'Publish a different event under an id of its own. The one that was published first stays as it is.',
  },
  event_expired: {
    status: 409,
    title: 'Event no longer kept',
    remedy: 'Publish it again; events are kept for as many days as the sender is told to.',
  },
  subscription_deleted: {
    status: 409,
    title: 'Subscription deleted',
    remedy: 'Create a subscription, and publish the event again under a new id if it has to arrive.',
  },
  recover_running: {
    status: 409,
    title: 'Already recovering',
    remedy: 'Wait for the job that `job_id` names, or cancel it.',
  },
  state_conflict: {
    status: 409,
    title: 'Not possible in this state',
    remedy: 'Do first what `detail` says; `state` has the state that the subscription is in.',
  },
  subscription_limit_reached: {
    status: 409,
    title: 'As many subscriptions as allowed',
    remedy: 'Delete a subscription that is not needed any more, or ask the operator to raise the limit.',
  },
  secret_limit_reached: {
    status: 409,
    title: 'As many secrets as allowed',
    remedy:
      'Wait until an old one has expired, or rotate with `overlap_seconds` 0, which ends all old ones at once.',
  },
  idempotency_key_in_use: {
    status: 409,
    title: 'Request is being carried out',
    remedy: 'Repeat the request after `Retry-After` seconds to get its answer.',
  },
  precondition_failed: {
    status: 412,
    title: 'Changed meanwhile',
    remedy: 'Read the subscription again, and send the change with its new `ETag` if it is still wanted.',
  },
  body_too_large: {
    status: 413,
    title: 'Body too large',
    remedy: 'Send a smaller body; `detail` has the limit.',
  },
  event_too_large: {
    status: 413,
    title: 'Event too large',
    remedy: 'Make `data` smaller, for example by sending a link; `detail` has the limit.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'Unsupported media type',
    remedy: 'Send `Content-Type: application/json`.',
  },
  validation_failed: {
    status: 422,
    title: 'Validation failed',
    remedy:
      'Correct what `errors` lists; it lists everything that was found at once, up to 100 things. A `path` that would be longer than 512 characters ends at what holds the value.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'Idempotency key belongs to another request',
    remedy: 'Make a new key for each request, and repeat a request with exactly the body that it had.',
  },
  tests_too_frequent: {
    status: 429,
    title: 'Too many tests',
    remedy: 'Wait `Retry-After` seconds before the next test of this subscription.',
  },
  checks_too_frequent: {
    status: 429,
    title: 'Too many checks',
    remedy: 'Wait `Retry-After` seconds before the next check.',
  },
  rate_limited: {
    status: 429,
    title: 'Too many requests',
    remedy: 'Repeat the request after `Retry-After` seconds; the `RateLimit` header says how many are left.',
  },
  too_many_streams: {
    status: 429,
    title: 'Too many streams',
    remedy: 'Close a live view, or share one between several readers.',
  },
  headers_too_large: {
    status: 431,
    title: 'Headers too large',
    remedy: 'Send a shorter URL and fewer or shorter headers.',
  },
  internal_error: {
    status: 500,
    title: 'Internal error',
    remedy: 'Try again; if it stays, report the `x-request-id` of the answer.',
  },
  unavailable: {
    status: 503,
    title: 'Temporarily unavailable',
    remedy:
      'Repeat the request after `Retry-After` seconds; publish with an `event_id`, then repeating is safe.',
  },
  not_ready: {
    status: 503,
    title: 'Not ready',
    remedy: 'Send requests to another sender until this one is ready; `checks` says what it waits for.',
  },
  draining: {
    status: 503,
    title: 'About to stop',
    remedy: 'Send requests to another sender.',
  },
} as const satisfies Readonly<Record<string, ProblemDefinition>>
