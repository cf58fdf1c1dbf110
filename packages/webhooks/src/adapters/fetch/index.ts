export { webhookHandler } from './webhook-handler.ts'
export type { WebhookHandler } from './webhook-handler.ts'

// Write an adapter of another framework over Request and Response
export { readRequest } from './read-request.ts'
export type { ReadOptions } from './read-request.ts'
