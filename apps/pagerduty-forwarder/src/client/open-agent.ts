import type { Agent as HttpAgent } from 'node:http'
import { Agent } from 'node:https'
import { HttpsProxyAgent } from 'https-proxy-agent'

/**
 * An agent for one request, whose connection ends with it: nothing is left that could keep the process running, or that the
 * server closes just when the next event is written to it.
 *
 * @param proxy `http:` or `https:`, with user name and password if it asks for them.
 * @param signal ends also a connection to a proxy that has not answered yet, which destroying the agent does not.
 */
export function openAgent(proxy: URL | undefined, signal: AbortSignal): HttpAgent {
  return proxy === undefined ? new Agent() : new HttpsProxyAgent(proxy, { signal })
}
