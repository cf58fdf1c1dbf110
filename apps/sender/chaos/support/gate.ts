import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** A port that passes connections on, until something is done about it. */
export interface Gate {
  readonly port: number
  /** Passes new connections on to that port of this machine. */
  lead(port: number): void
  /** Breaks every connection; until {@link Gate.mend} new ones are broken at once, or, if `silent`, hang. */
  cut(silent: boolean): void
  mend(): void
  close(): Promise<void>
}

/** Opens a gate on a free port of 127.0.0.1. */
export async function openGate(): Promise<Gate> {
  const sockets = new Set<Socket>()
  let target = 0
  let state: 'open' | 'cut' | 'silent' = 'open'
  const server = createServer((outer) => {
    watch(outer)
    if (state === 'cut') outer.resetAndDestroy()
    if (state !== 'open') return
    const inner = watch(connect(target, '127.0.0.1'))
    outer.pipe(inner).pipe(outer)
    outer.once('close', () => inner.destroy())
    inner.once('close', () => outer.destroy())
  })

  function watch(socket: Socket): Socket {
    sockets.add(socket)
    return socket.on('error', () => socket.destroy()).once('close', () => sockets.delete(socket))
  }

  function breakAll(): void {
    for (const socket of sockets) socket.resetAndDestroy()
  }

  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    lead(port) {
      target = port
    },
    cut(silent) {
      state = silent ? 'silent' : 'cut'
      breakAll()
    },
    mend() {
      state = 'open'
      // What hung was never passed on.
      breakAll()
    },
    async close() {
      server.close()
      breakAll()
      await once(server, 'close')
    },
  }
}
