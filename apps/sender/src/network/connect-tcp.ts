import { connect, isIP, type Socket } from 'node:net'

const KEEP_ALIVE_MS = 60_000
// Node gives up an address after this time if there is another one.
const NEXT_ADDRESS_MS = 1000

/**
 * Connects to one of exactly these addresses, at least one, in turn.
 *
 * @returns a socket with a listener for errors, so that one that fails unattended ends nothing else.
 * @throws what the system reports, or the signal's reason.
 */
export async function connectTcp(
  addresses: readonly string[],
  port: number,
  signal: AbortSignal,
): Promise<Socket> {
  signal.throwIfAborted()
  const pinned = addresses.map((address) => ({ address, family: isIP(address) }))
  const socket = connect({
    // Never looked up: `lookup` has the answer.
    host: addresses.length === 1 ? addresses[0] : 'endpoint.invalid',
    port,
    lookup: (_host, _options, done) => done(null, pinned),
    autoSelectFamily: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_MS,
    noDelay: true,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_MS,
  })
  await ready(socket, 'connect', signal)
  return socket
}

/** Waits for `event` of a socket; when it fails, or `signal` aborts, the socket is destroyed. */
export function ready(
  socket: Socket,
  event: 'connect' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    function fail(error: Error): void {
      signal.removeEventListener('abort', abort)
      socket.destroy()
      reject(error)
    }
    function abort(): void {
      fail(signal.reason)
    }
    function close(): void {
      fail(Object.assign(new Error('closed before it was established'), { code: 'ECONNRESET' }))
    }
    signal.addEventListener('abort', abort)
    socket.on('error', fail).once('close', close)
    socket.once(event, () => {
      signal.removeEventListener('abort', abort)
      socket.off('close', close)
      resolve()
    })
  })
}
