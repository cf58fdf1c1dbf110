import { fork } from 'node:child_process'
import { on } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { z } from 'zod'
import {
  receiverOrders,
  type receiverQuestion,
  receiverWord,
  type ReceiverWord,
} from './receiver-messages.ts'
import type { Scene } from './scene.ts'

/** The receiver of a run, in a process of its own. */
export interface ReceiverProcess {
  readonly origin: string
  /** Resolves once that many more requests have come; rejects when they do not within two minutes. One at a time. */
  reached(after: number): Promise<void>
}

const PATIENCE_MS = 120_000

/** Starts the receiver; it is ended with the scene. */
export async function startReceiver(
  scene: Scene,
  orders: z.input<typeof receiverOrders>,
): Promise<ReceiverProcess> {
  const child = fork(
    fileURLToPath(new URL('receiver.ts', import.meta.url)),
    [JSON.stringify(receiverOrders.parse(orders))],
    { execArgv: ['--conditions=@complywise/source'], detached: true },
  )
  scene.defer(async () => child.kill('SIGKILL'))
  const words = on(child, 'message', { close: ['exit'] })

  async function next(): Promise<ReceiverWord> {
    const { value, done } = await words.next()
    if (done === true) throw new Error('The receiver ended by itself')
    return receiverWord.parse(value[0])
  }

  const word = await next()
  if (word.kind !== 'listening') throw new Error(`The receiver said ${word.kind} first`)
  return {
    origin: `http://127.0.0.1:${word.port}`,
    async reached(after) {
      const question: z.input<typeof receiverQuestion> = { after }
      child.send(question)
      const said = await Promise.race([next(), delay(PATIENCE_MS, undefined, { ref: false })])
      if (said === undefined) {
        throw new Error(`The receiver did not get ${after} requests within ${PATIENCE_MS} ms`)
      }
    },
  }
}
