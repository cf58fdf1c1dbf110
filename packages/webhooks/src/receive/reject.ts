import type { Finding } from '../diagnose/finding.ts'
import type { RejectionCode } from '../errors.ts'
import { headerNames, readHeader } from '../wire/headers.ts'
import type { ReceiverSettings } from './options.ts'
import { quietly } from './quiet.ts'
import { rejectionReply } from './reply.ts'
import type { ReceivedRequest, Reply } from './request.ts'
import { activeSecrets } from './secrets.ts'
import type { Refusal } from './verify-request.ts'

/** Diagnosis costs more than a signature, and strangers cause it: once in this time is enough for an operator. */
const diagnosisIntervalMs = 1000

/** Makes the function that tells of a refused request, to the log, `onRejected` and telemetry, and answers it. */
export function createReject(
  settings: ReceiverSettings,
): (refusal: Refusal, request: ReceivedRequest, startedAt: number) => Promise<Reply> {
  const { log, onRejected, telemetry } = settings
  // For each code, so that strangers without a signature do not use up what a wrong one is owed.
  const diagnosedAt = new Map<RejectionCode, number>()

  return async function reject(refusal, request, startedAt) {
    const { code, detail, cause } = refusal
    const reply = rejectionReply(code)
    const { status } = reply
    const finding = await findCause(refusal, request)
    const deliveryId = readHeader(request.headers, headerNames.delivery)
    const sentences = [detail, finding && `${finding.detail} ${finding.fix}`].filter(Boolean)
    const message = `Refused a webhook request: ${[code, ...sentences].join('. ')}`
    const facts = {
      code,
      status,
      deliveryId,
      ...(finding && { finding }),
      ...(cause !== undefined && { cause }),
    }
    log[status >= 500 ? 'error' : 'warn'](message, facts)
    quietly(
      () => onRejected?.({ code, status, detail, finding, deliveryId }),
      (error) => log.error('onRejected failed.', { error }),
    )
    telemetry?.record({ name: 'request.rejected', code, status, durationMs: performance.now() - startedAt })
    return reply
  }

  async function findCause(refusal: Refusal, request: ReceivedRequest): Promise<Finding | undefined> {
    const { code, secrets } = refusal
    const { body, headers } = request
    const now = performance.now()
    // Only a request whose signatures were checked against secrets.
    if (!secrets || !ArrayBuffer.isView(body)) return undefined
    if (now - (diagnosedAt.get(code) ?? -Infinity) < diagnosisIntervalMs) return undefined
    diagnosedAt.set(code, now)
    const active = activeSecrets(secrets, settings.now())
    try {
      // Loaded when it is first needed: most processes never do.
      const { diagnose } = await import('../diagnose/diagnose.ts')
      const expiredSecrets = secrets.filter((secret) => !active.includes(secret))
      return await diagnose({ body, headers, secrets: active, expiredSecrets })
    } catch (error) {
      log.error('The diagnosis failed.', { error })
      return undefined
    }
  }
}
