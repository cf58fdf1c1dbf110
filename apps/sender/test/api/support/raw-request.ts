import { connect } from 'node:net'

/** Writes `text` to a socket and gives what comes back until the server closes the connection. */
export async function sendRaw(port: number, text: string | Uint8Array): Promise<string> {
  return await new Promise((resolve, reject) => {
    let received = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => (received += chunk))
    socket.on('close', () => resolve(received))
    socket.on('error', reject)
  })
}

/** Writes `text` to a socket and gives the first chunk that comes back, without ever finishing the request. */
export async function firstAnswerTo(port: number, text: string | Uint8Array): Promise<string> {
  return await new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    socket.setEncoding('latin1')
    socket.once('data', (chunk: string) => {
      resolve(chunk)
      socket.destroy()
    })
    socket.on('error', reject)
  })
}
