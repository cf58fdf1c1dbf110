import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-fastify'
import createFastify from 'fastify'

const { COMPLYWISE_WEBHOOK_SECRET, PORT = '3000' } = process.env

const receiver = createReceiver({ secret: COMPLYWISE_WEBHOOK_SECRET })

receiver.on('compliance.control_failed', ({ data }) => {
  console.log(`${data.framework} ${data.control_id}: ${data.previous_status} -> ${data.new_status}`)
})

const app = createFastify()
app.register(webhookHandler(receiver), { prefix: '/webhooks' })
console.log('Receiving webhooks on', await app.listen({ port: Number(PORT) }))
