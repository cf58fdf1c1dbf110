import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:net'

/** Starts an endpoint at `hooks.example` that accepts two connections, the `first` and the `second`, and says nothing. */
export async function startSilent() {
  const accepted = new EventEmitter()
  const names = ['first', 'second']
  const ends = new EventEmitter()
  const endpoint = createServer((socket) => {
    const name = names.shift()
    socket.on('error', () => undefined).on('close', () => ends.emit('ended', name))
    socket.resume()
    accepted.emit(String(name))
  }).listen(0, '127.0.0.1')
  await once(endpoint, 'listening')
  const address = endpoint.address()
  return {
    url: `http://hooks.example:${typeof address === 'object' ? address?.port : 0}/`,
    accepted: async (name: string) => await once(accepted, name),
    ended: async (): Promise<unknown> => (await once(ends, 'ended'))[0],
    close: () => endpoint.close(),
  }
}
