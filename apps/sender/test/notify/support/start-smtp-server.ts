import type { Server, Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { SMTPServer, type SMTPServerOptions, type SMTPServerSession } from 'smtp-server'

/** An e-mail that arrived, as it was sent. */
export interface ReceivedEmail {
  readonly from: string
  readonly to: readonly string[]
  /** Headers and body, with CRLF. */
  readonly raw: string
  /** Whether it came over TLS, and as whom. */
  readonly secure: boolean
  readonly user: string | undefined
}

/** A mail server on a port of its own. */
export interface TestSmtpServer {
  readonly port: number
  readonly received: readonly ReceivedEmail[]
  /** What becomes of an e-mail once its data has arrived; by default, it is taken. */
  answerData(answer: DataAnswer): void
  close(): Promise<void>
}

/** Take it, refuse it with a status, say nothing at all, or break the connection. */
export type DataAnswer = 'take' | number | 'hang' | 'drop'

/** An error that makes the server answer with that status. */
export function smtpError(responseCode: number): Error {
  return Object.assign(new Error(`Status ${responseCode}`), { responseCode })
}

/** Starts a mail server without TLS and without authentication, unless `options` say otherwise. */
export async function startSmtpServer(options: SMTPServerOptions = {}): Promise<TestSmtpServer> {
  const received: ReceivedEmail[] = []
  const sockets = new Set<Socket>()
  let dataAnswer: DataAnswer = 'take'

  async function receive(stream: Readable, session: SMTPServerSession): Promise<DataAnswer> {
    const raw = await text(stream)
    const { mailFrom, rcptTo } = session.envelope
    received.push({
      from: mailFrom === false ? '' : mailFrom.address,
      to: rcptTo.map(({ address }) => address),
      raw,
      secure: session.secure,
      user: session.user,
    })
    return dataAnswer
  }

  const server = new SMTPServer({
    disabledCommands: options.onAuth === undefined ? ['AUTH', 'STARTTLS'] : [],
    logger: false,
    // Not a second of patience with clients that are still there at the end of a test.
    closeTimeout: 1,
    async onData(stream, session, callback) {
      const chosen = await receive(stream, session)
      if (chosen === 'take') callback()
      else if (typeof chosen === 'number') callback(smtpError(chosen))
      else if (chosen === 'drop') for (const socket of sockets) socket.destroy()
    },
    ...options,
  })
  // A client that breaks off is what some tests are about.
  server.on('error', () => undefined)
  server.server.on('connection', (socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: portOf(server.server),
    received,
    answerData(answer) {
      dataAnswer = answer
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The port that a server listens on. */
export function portOf(server: Server): number {
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : 0
}
