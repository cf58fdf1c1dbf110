// A receiver in a process of its own, which no kill reaches. Started by receiver-process.ts with its orders as JSON.
import { openSync, writeSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { headerNames, readHeader, verify } from '@complywise/webhooks/wire'
import type { LedgerLine } from './ledger.ts'
import { receiverOrders, receiverQuestion, type ReceiverWord } from './receiver-messages.ts'

const { ledgerPath, secrets, maxHandlingMs } = receiverOrders.parse(JSON.parse(process.argv[2] ?? ''))
// What was written is the operating system's: it outlives this process, and only the senders are killed.
const ledger = openSync(ledgerPath, 'a')
let requests = 0
let announceAt = Infinity

const server = createServer((request, response) => {
  void answer(request, response)
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) say({ kind: 'listening', port: address.port })
})

process.on('message', (message) => {
  const { after } = receiverQuestion.parse(message)
  announceAt = requests + after
})
process.on('disconnect', () => process.exit())

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const startedAt = performance.now()
  const at = Date.now()
  // A sender that is killed may leave half a body.
  const body = await buffer(request).catch(() => undefined)
  if (body === undefined) return
  const { url: path = '', headers } = request
  const verification = await verify({ body, headers, secrets: [secrets[path] ?? 'none'] })
  requests += 1
  const number = requests
  write({
    kind: 'received',
    request: number,
    path,
    deliveryId: readHeader(headers, headerNames.delivery) ?? '',
    eventId: readHeader(headers, headerNames.webhookId) ?? '',
    attempt: Number(readHeader(headers, headerNames.attempt)),
    refusal: verification.verified ? null : verification.code,
    at,
    startedAt,
  })
  if (number === announceAt) say({ kind: 'reached' })
  await delay(Math.random() * maxHandlingMs)
  // The handler is done now, whether or not anybody waits for the answer still.
  write({ kind: 'ended', request: number, endedAt: performance.now() })
  response.setHeader('content-type', 'application/json').end('{"status":"processed"}')
}

function write(line: LedgerLine): void {
  writeSync(ledger, `${JSON.stringify(line)}\n`)
}

function say(word: ReceiverWord): void {
  process.send?.(word)
}
