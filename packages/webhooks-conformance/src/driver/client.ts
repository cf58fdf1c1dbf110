import { controlPath } from '../fixture/receiver-fixture.ts'
import type { Recording, Run } from '../fixture/recorder.ts'
import type { Answer } from './answer.ts'
import { type Connection, openConnection } from './connection.ts'
import { encodeMessage, type Framing, type Message } from './message.ts'

/** What a check talks to a server with. Its connections end with the check. */
export interface Client {
  /** Opens a connection. */
  connect(): Connection
  /** Sends a message over a connection of its own, and reads the answer. */
  send(message: Message, framing?: Framing): Promise<Answer>
  /** What the receivers did since the check began. */
  recording(): Promise<Recording>
  /** The runs of the handlers of an event, in order. */
  runsOf(eventId: string): Promise<readonly Run[]>
  /** Lets handlers go on that wait for their event's gate. */
  openGate(eventId: string): Promise<void>
  /** Resolves as `answer` does; rejects when that has not come after many requests. */
  soon(answer: Promise<Answer>): Promise<Answer>
  /** Resolves with the first recording for which `isTrue`; rejects when there has been none for many requests. */
  until(isTrue: (recording: Recording) => boolean): Promise<Recording>
}

/** Creates a client of the server at `url`. `signal` ends its connections. */
export function createClient(url: string, signal: AbortSignal): Client {
  const client: Client = {
    connect: () => openConnection(url, signal),
    send(message, framing) {
      const answer = send(message, framing)
      // A check that fails while it is under way awaits it no more.
      answer.catch(() => undefined)
      return answer
    },
    recording: () => control(url, '', signal),
    async runsOf(eventId) {
      const { runs } = await client.recording()
      return runs.filter((run) => run.eventId === eventId)
    },
    async openGate(eventId) {
      await control(url, `?do=open&event_id=${eventId}`, signal)
    },
    async until(isTrue) {
      for (let turn = 0; turn < maxTurns; turn += 1) {
        const recording = await client.recording()
        if (isTrue(recording)) return recording
        await new Promise((resolve) => setTimeout(resolve, 2))
      }
      throw new Error('What should happen did not.')
    },
    async soon(answer) {
      let isHere = false
      const arrives = answer.finally(() => (isHere = true))
      return (await Promise.all([arrives, client.until(() => isHere)]))[0]
    },
  }
  return client

  async function send(message: Message, framing?: Framing): Promise<Answer> {
    const connection = client.connect()
    // Not awaited: a server may answer before it has read everything.
    void writeAll(connection, encodeMessage(message, framing))
    const answer = await connection.readAnswer({ isHead: message.method === 'HEAD' })
    connection.destroy()
    return answer
  }
}

/** How often the server is asked what has happened: enough for a slow machine, and soon over where it never will. */
const maxTurns = 200

/** Sends a command to the fixture behind a server. */
export async function control(url: string, query: string, signal: AbortSignal): Promise<Recording> {
  const connection = openConnection(url, signal)
  const path = controlPath + query
  await connection.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n`)
  const { status, body } = await connection.readAnswer()
  connection.destroy()
  if (status !== 200) throw new Error(`${path} answered ${status}.`)
  const recording: Recording = JSON.parse(body.toString())
  return recording
}

/** Writes pieces one after the other, giving each the chance to arrive on its own. */
export async function writeAll(connection: Connection, pieces: readonly Buffer[]): Promise<void> {
  for (const piece of pieces) {
    await connection.write(piece)
    await new Promise((resolve) => setImmediate(resolve))
  }
}
