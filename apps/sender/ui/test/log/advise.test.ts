import { describe, expect, it } from 'vitest'
import { advise, type AdvisedDelivery } from '../../src/log/delivery/advise.ts'

function failing(
  outcome: string,
  body: string | null = null,
  more: Partial<AdvisedDelivery> = {},
): AdvisedDelivery {
  const status = /^http_(\d+)$/.exec(outcome)?.[1]
  const attempt = { outcome, http_status: status === undefined ? null : Number(status), response_body: body }
  return {
    status: 'pending',
    reason: null,
    is_test: false,
    why: { code: 'retrying' },
    attempts: [attempt],
    ...more,
  }
}

describe('what to do about a delivery', () => {
  it.each([
    ['dns', null, 'dns'],
    ['connect', null, 'connect'],
    ['tls', null, 'tls'],
    ['reset', null, 'reset'],
    ['timeout', null, 'timeout'],
    ['ssrf_blocked', null, 'address'],
    ['redirect', '', 'redirect'],
    ['http_400', '', 'malformed'],
    ['http_401', '{"status":"unauthorized"}', 'signature'],
    ['http_401', 'Invalid signature', 'signature'],
    ['http_403', '{"error":"signature_mismatch"}', 'signature'],
    ['http_401', '{"code":"attempt_too_old"}', 'clock'],
    ['http_401', 'event_too_old', 'too_old'],
    ['http_401', 'secret_not_found', 'secret_missing'],
    ['http_401', '<html>Log in</html>', 'unauthorized'],
    ['http_404', '', 'not_found'],
    ['http_410', '', 'gone'],
    ['http_418', '', 'status'],
    ['http_429', '', 'too_many'],
    ['http_500', '{"status":"misconfigured"}', 'body_parsed'],
    ['http_500', 'boom', 'failed'],
    ['http_503', '', 'unavailable'],
    ['http_599', '', 'failed'],
  ])('after %s with the body %j is: %s', (outcome, body, advice) => {
    expect(advise(failing(outcome, body))).toEqual([advice])
  })

  it('is what the last answer calls for, whatever the sender itself did since', () => {
    const attempts = [...failing('timeout').attempts, ...failing('lease_expired').attempts]
    expect(advise(failing('', null, { attempts }))).toEqual(['timeout'])
  })

  it('is to deliver it again, once it was given up', () => {
    expect(advise(failing('dns', null, { status: 'failed' }))).toEqual(['dns', 'then_redeliver'])
    expect(advise(failing('dns', null, { status: 'failed', is_test: true }))).toEqual(['dns', 'then_test'])
  })

  it.each([
    ['disabled', 'enable'],
    ['paused', 'resume'],
    ['behind', 'behind'],
  ] as const)('begins with the subscription where that is %s', (code, advice) => {
    expect(advise(failing('http_500', null, { why: { code } }))).toEqual([advice, 'failed'])
    expect(advise(failing('', null, { why: { code }, attempts: [] }))).toEqual([advice])
  })

  it('ends with the subscription where others are waited for', () => {
    expect(advise(failing('http_500', null, { why: { code: 'probed' } }))).toEqual(['failed', 'probed'])
    expect(advise(failing('', null, { why: { code: 'probed' }, attempts: [] }))).toEqual(['probed'])
  })

  it('says once that what is gone has to be enabled', () => {
    expect(advise(failing('http_410', null, { why: { code: 'disabled' } }))).toEqual(['gone'])
  })

  it('is to recover what was canceled because it waited too long', () => {
    const canceled = { status: 'canceled', attempts: [], why: { code: 'canceled' } } as const
    expect(advise(failing('', null, { ...canceled, reason: 'backlog_full' }))).toEqual(['backlog_lost'])
    expect(advise(failing('', null, { ...canceled, reason: 'subscription_deleted' }))).toEqual([])
  })

  it.each([
    failing('succeeded', null, { status: 'succeeded', why: { code: 'succeeded' } }),
    failing('', null, { attempts: [], why: { code: 'due' } }),
    failing('internal', null, { why: { code: 'postponed' } }),
  ])('is nothing where nobody has to do anything', (delivery) => {
    expect(advise(delivery)).toEqual([])
  })
})
