import type { Finding } from '../diagnose/finding.ts'
import { headerNames, readHeader } from '../wire/headers.ts'
import type { ReceiverSettings } from './options.ts'
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
  let diagnosedAt = -diagnosisIntervalMs

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
    try {
      onRejected?.({ code, status, detail, finding, deliveryId })
    } catch (error) {
      log.error('onRejected failed.', { error })
    }
    telemetry?.record({ name: 'request.rejected', code, status, durationMs: performance.now() - startedAt })
    return reply
  }

  async function findCause(refusal: Refusal, request: ReceivedRequest): Promise<Finding | undefined> {
    const { secrets } = refusal
    const { body, headers } = request
    const now = performance.now()
    // Only a request whose signatures were checked against secrets.
    if (!secrets || !ArrayBuffer.isView(body) || now - diagnosedAt < diagnosisIntervalMs) return undefined
    diagnosedAt = now
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
