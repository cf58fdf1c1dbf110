import type { Socket } from 'node:net'
import type { Client } from 'undici'
import { EndlessAnswerError } from './errors.ts'

/** Counts what comes over a connection as one answer. */
export interface AnswerLimit {
  /** What comes from now on belongs to the next answer. */
  restart(): void
}

/**
 * Bytes of an answer with all that HTTP puts around it. A head and as much of a body as is read need a tenth, even in
 * chunks of one byte less than half.
 */
const MAX_ANSWER_BYTES = 256 * 1024

/**
 * Ends a connection over which an answer comes that has no end: undici limits heads and bodies, but neither chunk
 * extensions nor informational answers, and would read them for as long as an attempt may take.
 *
 * @param client whose first request may not have been made yet.
 */
export function limitAnswer(client: Client, socket: Socket): AnswerLimit {
  let before = socket.bytesRead
  // Only then does undici listen, so that nothing is read before it can be.
  client.once('connect', () => {
    socket.on('readable', () => {
      if (socket.bytesRead - before > MAX_ANSWER_BYTES) socket.destroy(new EndlessAnswerError())
    })
  })
  return {
    restart() {
      before = socket.bytesRead
    },
  }
}
