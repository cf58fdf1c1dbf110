import { DestinationError } from '@complywise/forwarder'
import type { JiraFailure } from './jira-failure.ts'
import { isCertificateError } from './network-error.ts'

/**
 * What a failed request means for its event.
 *
 * @param isRepeatable done twice it is as if done once: whether it was done does not matter then.
 */
export function destinationErrorOf(failure: JiraFailure, isRepeatable: boolean): DestinationError {
  const { stage, status } = failure
  if (stage === 'not_sent') return notSent(failure)
  if (stage === 'no_answer') return unknownEffect(failure, isRepeatable, 'jira_no_answer')
  if (stage === 'unreadable') return unknownEffect(failure, isRepeatable, 'jira_unreadable_answer')
  if (status === 429) return retryOf(failure, 'jira_rate_limited')
  if (status === 503) return retryOf(failure, 'jira_unavailable')
  if (status !== undefined && status >= 500) return unknownEffect(failure, isRepeatable, 'jira_server_error')
  return refused(failure)
}

function notSent(failure: JiraFailure): DestinationError {
  if (failure.status === 429) return retryOf(failure, 'jira_rate_limited')
  if (isCertificateError(failure.networkCode)) {
    return operatorOf(
      failure,
      'jira_certificate_refused',
      'Set `jira.host` to the address that the certificate is for, or name the company’s own certificate authority in NODE_EXTRA_CA_CERTS.',
    )
  }
  return retryOf(failure, failure.networkCode === undefined ? 'jira_deadline' : 'jira_unreachable')
}

function refused(failure: JiraFailure): DestinationError {
  const { status = 0 } = failure
  if (status >= 300 && status < 400) {
    return operatorOf(
      failure,
      'jira_wrong_host',
      'The site redirects. Set `jira.host` to the address it has now.',
    )
  }
  const fix = fixes[status]
  if (fix !== undefined) return operatorOf(failure, ...fix)
  return new DestinationError('payload', 'jira_refused', failure.message, { cause: failure })
}

const fixes: Readonly<Record<number, readonly [code: string, fix: string]>> = {
  401: [
    'jira_unauthorized',
    'Create an API token for the account in `jira.email`, and set `jira.token`; see https://id.atlassian.com/manage-profile/security/api-tokens.',
  ],
  403: [
    'jira_forbidden',
    'Give the account of `jira.email` the permissions that `check` lists in the project of the target.',
  ],
  404: [
    'jira_not_found',
    'Set `jira.host` to a Jira Cloud site, and give the account of `jira.email` the permission to browse the project.',
  ],
  410: ['jira_api_gone', 'This site has no such endpoint any more: update the forwarder.'],
}

function unknownEffect(failure: JiraFailure, isRepeatable: boolean, code: string): DestinationError {
  return new DestinationError(isRepeatable ? 'retry' : 'ambiguous', code, failure.message, {
    ...retryAfter(failure),
    cause: failure,
  })
}

function retryOf(failure: JiraFailure, code: string): DestinationError {
  return new DestinationError('retry', code, failure.message, { ...retryAfter(failure), cause: failure })
}

function operatorOf(failure: JiraFailure, code: string, fix: string): DestinationError {
  return new DestinationError('operator', code, failure.message, { fix, cause: failure })
}

function retryAfter({ retryAfterMs }: JiraFailure): { readonly retryAfterMs?: number } {
  return retryAfterMs === undefined ? {} : { retryAfterMs }
}
