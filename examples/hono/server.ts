import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-hono'
import { serve } from '@hono/node-server'
import { Hono } from 'hono'

const { COMPLYWISE_WEBHOOK_SECRET, PORT = '3000' } = process.env

const receiver = createReceiver({ secret: COMPLYWISE_WEBHOOK_SECRET })

receiver.on('compliance.control_failed', ({ data }) => {
  console.log(`${data.framework} ${data.control_id}: ${data.previous_status} -> ${data.new_status}`)
})

const app = new Hono()
app.post('/webhooks', webhookHandler(receiver))
serve({ fetch: app.fetch, port: Number(PORT) }, (address) => console.log('Receiving webhooks on', address))
