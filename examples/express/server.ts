import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-express'
import express from 'express'

const { COMPLYWISE_WEBHOOK_SECRET, PORT = '3000' } = process.env

const receiver = createReceiver({ secret: COMPLYWISE_WEBHOOK_SECRET })

receiver.on('compliance.control_failed', ({ data }) => {
  console.log(`${data.framework} ${data.control_id}: ${data.previous_status} -> ${data.new_status}`)
})

const app = express()
app.post('/webhooks', webhookHandler(receiver))
const server = app.listen(PORT, (error) => {
  if (error) throw error
  console.log('Receiving webhooks on', server.address())
})
