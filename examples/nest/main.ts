import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks/node'
import { NestFactory } from '@nestjs/core'
import { AlertsService } from './alerts.service.ts'
import { AppModule } from './app.module.ts'

const { COMPLYWISE_WEBHOOK_SECRET, PORT = '3000' } = process.env

const app = await NestFactory.create(AppModule)
const alerts = app.get(AlertsService)

const receiver = createReceiver({ secret: COMPLYWISE_WEBHOOK_SECRET })

receiver.on('compliance.control_failed', ({ data }) => {
  alerts.raise(`${data.framework} ${data.control_id}: ${data.previous_status} -> ${data.new_status}`)
})

// Ahead of Nest's body parsers, which listen() adds.
app.use('/webhooks', webhookHandler(receiver))
await app.listen(PORT)
console.log('Receiving webhooks on', await app.getUrl())
