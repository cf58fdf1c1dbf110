export { webhookHandler } from './webhook-handler.ts'
export type { WebhookHandler } from './webhook-handler.ts'

// Write an adapter of another Node framework
export { ConnectedRequest } from './connected-request.ts'
export { readBody, readRequest } from './read-request.ts'
export { writeReply } from './write-reply.ts'
export type { NodeRequest, ReadOptions } from './read-request.ts'
