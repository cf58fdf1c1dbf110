import type { ServerResponse } from 'node:http'
import { createReceiver } from '@complywise/webhooks'
import { type NodeRequest, webhookHandler } from '@complywise/webhooks/node'
import { Controller, Inject, Post, Req, Res } from '@nestjs/common'
import { AlertsService } from './alerts.service.ts'

@Controller('webhooks')
export class WebhooksController {
  readonly #handle: ReturnType<typeof webhookHandler>

  constructor(@Inject(AlertsService) alerts: AlertsService) {
    const receiver = createReceiver({ secret: process.env['COMPLYWISE_WEBHOOK_SECRET'] })

    receiver.on('compliance.control_failed', ({ data }) => {
      alerts.raise(`${data.framework} ${data.control_id}: ${data.previous_status} -> ${data.new_status}`)
    })

    this.#handle = webhookHandler(receiver)
  }

  @Post()
  receive(@Req() request: NodeRequest, @Res() response: ServerResponse): Promise<void> {
    return this.#handle(request, response)
  }
}
