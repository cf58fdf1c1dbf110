import { createReceiver } from '@complywise/webhooks'
import { webhookHandler, type WebhookHandler } from '@complywise/webhooks/fetch'

let handler: WebhookHandler | undefined

// Made at the first request: `next build` loads this module, too, where there may be no secret.
export function POST(request: Request): Promise<Response> {
  handler ??= createHandler()
  return handler(request)
}

function createHandler(): WebhookHandler {
  const receiver = createReceiver({ secret: process.env['COMPLYWISE_WEBHOOK_SECRET'] })

  receiver.on('compliance.control_failed', ({ data }) => {
    console.log(`${data.framework} ${data.control_id}: ${data.previous_status} -> ${data.new_status}`)
  })

  return webhookHandler(receiver)
}
