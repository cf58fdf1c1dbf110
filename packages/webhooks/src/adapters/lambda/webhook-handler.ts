import type { Receiver } from '../../receive/receiver.ts'
import { type LambdaEvent, readRequest } from './read-request.ts'
import { type LambdaResult, writeReply } from './write-reply.ts'

/** A function for the Node runtime of AWS Lambda. */
export type WebhookHandler = (event: LambdaEvent) => Promise<LambdaResult>

/**
 * Binds a receiver to AWS Lambda behind an API Gateway (REST or HTTP API), an Application Load Balancer, or a function
 * URL.
 *
 * @throws {TypeError} when the function was invoked by anything else.
 *
 * @example
 * export const handler = webhookHandler(receiver)
 */
export function webhookHandler(receiver: Receiver): WebhookHandler {
  return async (event) => writeReply(event, await receiver.receive(readRequest(event)))
}
