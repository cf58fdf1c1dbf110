export { webhookHandler } from './webhook-handler.ts'
export type { WebhookHandler } from './webhook-handler.ts'
export type { LambdaEvent, LambdaHttpEvent, LambdaProxyEvent } from './read-request.ts'
export type { LambdaResult } from './write-reply.ts'
