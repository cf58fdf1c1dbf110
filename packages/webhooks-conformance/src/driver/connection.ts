import { connect } from 'node:net'
import { type Answer, parseAnswer } from './answer.ts'

/** A TCP connection to the server under test. Nothing of it rejects for what the server does but `readAnswer`. */
export interface Connection {
  /** Resolves when the bytes are handed to the kernel, or can no longer be sent. */
  write(bytes: Uint8Array | string): Promise<void>
  /**
   * Reads the next answer.
   *
   * @throws {Error} when the connection ends before it is complete, or `signal` aborts.
   */
  readAnswer(options?: { readonly isHead?: boolean }): Promise<Answer>
  /** Resolves when the server has closed its side, with whether it did so without a reset. */
  readonly closed: Promise<'cleanly' | 'by reset'>
  /** Says that no more is to come. */
  end(): void
  /** Goes away, as a client that crashes. */
  destroy(): void
}

/** Opens a connection to the host and port of `url`. `signal` destroys it. */
export function openConnection(url: string, signal: AbortSignal): Connection {
  const { hostname, port } = new URL(url)
  // Without delays of Nagle's algorithm, so that what is written apart arrives apart.
  const socket = connect({ host: hostname, port: Number(port), noDelay: true, allowHalfOpen: true })
  let received: Buffer = Buffer.alloc(0)
  let end: 'cleanly' | 'by reset' | undefined
  let wake: (() => void) | undefined

  const { promise: closed, resolve: resolveClosed } = Promise.withResolvers<'cleanly' | 'by reset'>()
  socket.on('data', (chunk) => {
    received = Buffer.concat([received, chunk])
    wake?.()
  })
  socket.on('end', () => finish('cleanly'))
  socket.on('error', () => finish('by reset'))
  socket.on('close', () => finish('by reset'))
  signal.addEventListener('abort', () => {
    socket.destroy()
    finish('by reset')
  })

  return {
    write: (bytes) =>
      new Promise((resolve) => {
        if (!socket.writable) return resolve()
        socket.once('close', resolve)
        socket.write(bytes, () => {
          socket.off('close', resolve)
          resolve()
        })
      }),
    async readAnswer({ isHead = false } = {}) {
      for (;;) {
        const parsed = parseAnswer(received, { isHead, hasEnded: end !== undefined })
        if (parsed) {
          received = received.subarray(parsed.size)
          return parsed.answer
        }
        if (signal.aborted) throw new Error('No answer came in time.')
        if (end) throw new Error(`The server closed the connection ${end}, without a complete answer.`)
        await new Promise<void>((resolve) => (wake = resolve))
      }
    },
    closed,
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  }

  function finish(how: 'cleanly' | 'by reset'): void {
    end ??= how
    resolveClosed(end)
    wake?.()
  }
}
