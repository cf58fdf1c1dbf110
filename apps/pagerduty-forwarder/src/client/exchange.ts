import type { Agent, ClientRequest, IncomingMessage } from 'node:http'

/** What was seen of one request on the wire, whatever the SDK makes of it. */
export interface Exchange {
  /** Whether a connection stood, so that the server may have read the request. */
  readonly isConnected: boolean
  /** Of the answer, once its head has arrived. */
  readonly status: number | undefined
  /** The header of the answer. */
  readonly retryAfter: string | undefined
  /** Whether the connection ended before the answer did. */
  readonly isBrokenOff: boolean
}

/** What Node hands every request to an agent with; its types leave it out. */
interface RequestQueue {
  addRequest(request: ClientRequest, options: object): void
}

/** A status that the SDK hands on like any other. */
const plainStatus = 400

/**
 * Watches the next request of an agent, which must have none yet.
 *
 * The SDK loses the status of every answer that is not JSON, and all headers. After a 429 it sleeps, with a timer that cannot
 * be stopped, and asks three times more: so it never gets to see one. `status` has what was really answered. And it waits for
 * ever for the rest of an answer that breaks off, unless it is aborted.
 *
 * @param tls options for the connection to the server itself, also when it goes through a proxy.
 * @param onBrokenOff called when the connection ends before the answer does.
 */
export function watchExchange(
  agent: Agent,
  tls: { readonly ca?: string },
  onBrokenOff: () => void,
): Exchange {
  if (!queuesRequests(agent))
    throw new TypeError('this version of Node hands requests to agents in another way')
  const exchange: { -readonly [Name in keyof Exchange]: Exchange[Name] } = {
    isConnected: false,
    status: undefined,
    retryAfter: undefined,
    isBrokenOff: false,
  }
  const addRequest = agent.addRequest.bind(agent)
  agent.addRequest = (request, options) => {
    request.once('socket', (socket) => {
      socket.once('secureConnect', () => {
        exchange.isConnected = true
      })
    })
    // The SDK listens after this, so it sees the answer as it is left here.
    request.once('response', (response: IncomingMessage) => {
      exchange.status = response.statusCode
      exchange.retryAfter = response.headers['retry-after']
      if (response.statusCode === 429) response.statusCode = plainStatus
      response.once('close', () => {
        if (response.complete) return
        exchange.isBrokenOff = true
        onBrokenOff()
      })
    })
    addRequest(request, { ...options, ...tls })
  }
  return exchange
}

function queuesRequests(agent: Agent): agent is Agent & RequestQueue {
  return 'addRequest' in agent && typeof agent.addRequest === 'function'
}
