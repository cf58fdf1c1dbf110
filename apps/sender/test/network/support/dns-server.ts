import { isIP } from 'node:net'
import { createServer, Packet } from 'dns2'

/** What the server says of a name: its addresses, of which those of the family asked for are given, that it does not exist, or nothing at all. */
export type DnsAnswer =
  | { readonly addresses: readonly string[]; readonly ttl?: number }
  | 'nxdomain'
  | 'silence'

/** A DNS server on a loopback port. */
export interface DnsServer {
  /** `address:port`, for a resolver. */
  readonly server: string
  /** `A name` or `AAAA name` for every question that came, in order. */
  readonly questions: readonly string[]
  close(): Promise<void>
}

/**
 * Starts one.
 *
 * @param answer asked for each question; `times` counts those for this name and family before.
 */
export async function startDnsServer(
  answer: (name: string, family: 4 | 6, times: number) => DnsAnswer | Promise<DnsAnswer>,
): Promise<DnsServer> {
  const questions: string[] = []
  const server = createServer({
    udp: true,
    handle: (request, send) => void respond(request, send),
  })

  async function respond(request: Packet, send: (response: Packet) => unknown): Promise<void> {
    const [question] = request.questions
    if (question === undefined) return
    const { name, type } = question
    const family = type === Packet.TYPE.AAAA ? 6 : 4
    const asked = `${family === 6 ? 'AAAA' : 'A'} ${name}`
    const times = questions.filter((earlier) => earlier === asked).length
    questions.push(asked)
    const said = await answer(name, family, times)
    if (said === 'silence') return
    const response = Packet.createResponseFromRequest(request)
    if (said === 'nxdomain') response.header.rcode = 3
    else {
      for (const address of said.addresses.filter((known) => isIP(known) === family)) {
        const record = { name, type, class: Packet.CLASS.IN, ttl: said.ttl ?? 0, address }
        response.answers.push(Object.assign(new Packet.Resource(), record))
      }
    }
    send(response)
  }

  const { udp } = await server.listen({ udp: { port: 0, address: '127.0.0.1' } })
  const port = typeof udp === 'object' && udp !== null ? udp.port : 0
  return { server: `127.0.0.1:${port}`, questions, close: async () => await server.close() }
}
