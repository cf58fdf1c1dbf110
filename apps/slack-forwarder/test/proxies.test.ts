import { createServer, request as forward, type Server } from 'node:http'
import { connect, type Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { headings, startSlack } from './support/slack.ts'
import { openStep } from './support/steps.ts'

test('Slack is reached through the proxy of the environment', async () => {
  const proxy = await startProxy()
  vi.stubEnv('HTTP_PROXY', proxy.url)
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  expect(slack.channel('C0ALERTS').messages.map(headings)).toEqual([['🔴 CC6.1 failing · SOC 2']])
  expect(proxy.asked).toContain(new URL(slack.url).host)
})

test('hosts in NO_PROXY are reached directly', async () => {
  const proxy = await startProxy()
  vi.stubEnv('HTTP_PROXY', proxy.url)
  vi.stubEnv('NO_PROXY', '127.0.0.1')
  const { slack, teller } = await startSlack()
  await teller.tell(openStep())
  expect(slack.channel('C0ALERTS').messages).toHaveLength(1)
  expect(proxy.asked).toEqual([])
})

test.each([
  { status: 407, kind: 'operator', code: 'slack_proxy_refused' },
  { status: 502, kind: 'retry', code: 'slack_unreachable' },
])('a proxy that answers $status has sent nothing: $kind', async ({ status, kind, code }) => {
  const proxy = await startProxy(status)
  vi.stubEnv('HTTPS_PROXY', proxy.url)
  const { destination } = await startSlack({}, { apiUrl: 'https://slack.invalid/api/' })
  const [operation] = destination.operations(openStep(), {
    channel: 'C0ALERTS',
    mentions: [],
    mentionFrom: 'error',
  })
  const call = { signal: AbortSignal.timeout(5000), remote: undefined, alert: undefined, sharing: () => [] }
  await expect(operation?.perform(call)).rejects.toMatchObject({ kind, code })
  expect(proxy.asked).toEqual(['slack.invalid:443'])
})

/** A proxy for tunnels and plain requests, or one that refuses everything with `refusesWith`. */
async function startProxy(
  refusesWith?: number,
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '')
    asked.push(url.host)
    const { method, headers } = request
    const upstream = forward(url, { method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    upstream.on('error', () => response.writeHead(502).end())
    request.pipe(upstream)
  })
  server.on('connect', (request, socket: Socket) => {
    asked.push(request.url ?? '')
    if (refusesWith !== undefined) {
      socket.end(`HTTP/1.1 ${refusesWith} Refused\r\n\r\n`)
      return
    }
    const { hostname, port } = new URL(`http://${request.url}`)
    const upstream = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      upstream.pipe(socket).pipe(upstream)
    })
    upstream.on('error', () => socket.destroy())
    socket.on('error', () => upstream.destroy())
  })
  await listening(server)
  onTestFinished(() => {
    vi.unstubAllEnvs()
    server.close()
    server.closeAllConnections()
  })
  const address = server.address()
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked }
}

async function listening(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}
