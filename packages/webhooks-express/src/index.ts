export { webhookHandler } from './webhook-handler.ts'
export type { WebhookHandler } from './webhook-handler.ts'
