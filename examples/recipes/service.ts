import { once } from 'node:events'
import { createReceiver } from '@complywise/webhooks'
import { webhookHandler } from '@complywise/webhooks-express'
import { sqliteStore } from '@complywise/webhooks/sqlite'
import express from 'express'

const { COMPLYWISE_WEBHOOK_SECRET, PORT = '3000', STATE = 'webhooks.db' } = process.env

const shutdown = new AbortController()

const receiver = createReceiver({
  secret: COMPLYWISE_WEBHOOK_SECRET,
  store: sqliteStore({ path: STATE }),
  signal: shutdown.signal,
  onRejected: ({ code, finding }) => console.warn(code, finding?.code ?? '', finding?.fix ?? ''),
})
receiver.on('scan.completed', ({ data }) => console.log(`Score: ${data.score}`))

const app = express()
app.post('/webhooks', webhookHandler(receiver))
const server = app.listen(PORT)
await once(server, 'listening')
await receiver.selfTest(`http://127.0.0.1:${PORT}/webhooks`)
process.once('SIGTERM', () => {
  shutdown.abort()
  server.close()
})
console.log('Ready')
