import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createIssue, getIssue, getTransitions } from 'jira.js/cloud'
import { expect, onTestFinished, test, vi } from 'vitest'
import { JiraFailure } from '../../src/client/jira-failure.ts'
import { createTransport } from '../../src/client/transport.ts'
import type { JiraOptions } from '../../src/options.ts'

const now = Date.parse('2026-03-01T12:00:00.000Z')
const never = new AbortController().signal

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<{
  readonly url: string
  readonly server: Server
}> {
  const server = createServer(handle)
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It listens on a port.
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}`, server }
}

function transportTo(host: string, changes: Partial<JiraOptions> = {}) {
  const options: JiraOptions = {
    host,
    email: 'forwarder@example.com',
    token: 'token',
    timeoutMs: 500,
    settleMs: 0,
    ...changes,
  }
  const transport = createTransport(options, () => now)
  onTestFinished(() => transport.close())
  return transport
}

async function failureOf(request: Promise<unknown>): Promise<JiraFailure> {
  const error: unknown = await request.catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(JiraFailure)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Asserted above.
  return error as JiraFailure
}

test('an identifier cannot change the path or become a query', async () => {
  const paths: (string | undefined)[] = []
  const { url } = await listen((request, response) => {
    paths.push(request.url)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  const client = transportTo(url).client(never)
  await getIssue(client, { issueIdOrKey: 'SEC-1?fields=*all#x', fields: ['status', 'labels'] })
  await getTransitions(client, { issueIdOrKey: '1 2' })
  expect(paths).toEqual([
    '/rest/api/3/issue/SEC-1%3Ffields%3D*all%23x?fields=status%2Clabels',
    '/rest/api/3/issue/1%202/transitions',
  ])
  await expect(getIssue(client, { issueIdOrKey: '../myself' })).rejects.toThrow(TypeError)
  expect(paths).toHaveLength(2)
})

test.each([
  { email: 'forwarder@example.com', expected: `Basic ${btoa('forwarder@example.com:token')}` },
  { email: undefined, expected: 'Bearer token' },
])('the credentials of $email', async ({ email, expected }) => {
  const seen: (string | undefined)[] = []
  const { url } = await listen((request, response) => {
    seen.push(request.headers.authorization)
    response.setHeader('content-type', 'application/json').end('{}')
  })
  const options = { host: url, token: 'token', timeoutMs: 500, settleMs: 0 }
  const transport = createTransport(email === undefined ? options : { ...options, email }, () => now)
  onTestFinished(() => transport.close())
  await getIssue(transport.client(never), { issueIdOrKey: '1' })
  expect(seen).toEqual([expected])
})

test.each([
  { headers: { 'retry-after': '7' }, expected: 7_000 },
  { headers: { 'retry-after': 'Sun, 01 Mar 2026 12:00:30 GMT' }, expected: 30_000 },
  { headers: { 'x-ratelimit-reset': '2026-03-01T12:01Z' }, expected: 60_000 },
  { headers: { 'retry-after': 'soon' }, expected: undefined },
  { headers: {}, expected: undefined },
])('429 with $headers waits $expected', async ({ headers, expected }) => {
  const { url } = await listen((_, response) => {
    response.writeHead(429, headers).end()
  })
  const failure = await failureOf(getIssue(transportTo(url).client(never), { issueIdOrKey: '1' }))
  expect(failure).toMatchObject({ stage: 'refused', status: 429, retryAfterMs: expected })
})

test.each([
  { reason: 'jira-burst-based', sent: ['other kind of request', 'other issue, other request'] },
  {
    reason: 'jira-per-issue-on-write',
    sent: ['other kind of request', 'same request, other issue', 'other issue, other request'],
  },
  { reason: 'jira-quota-global-based', sent: [] },
])('$reason slows down only what it is about', async ({ reason, sent }) => {
  const answered: string[] = []
  const { url } = await listen((request, response) => {
    const first = answered.length === 0
    answered.push(request.url ?? '')
    if (first) response.writeHead(429, { 'retry-after': '60', 'ratelimit-reason': reason }).end()
    else response.setHeader('content-type', 'application/json').end('{}')
  })
  const client = transportTo(url).client(never)
  const comment = (id: string) =>
    client.sendRequest({ url: `/rest/api/3/issue/${id}/comment`, method: 'POST', body: {} })
  await failureOf(comment('10001'))
  const requests = {
    'same request': comment('10001'),
    'same request, other issue': comment('10002'),
    'other kind of request': getIssue(client, { issueIdOrKey: '10001' }),
    'other issue, other request': getTransitions(client, { issueIdOrKey: '10002' }),
  }
  const results = await Promise.allSettled(Object.values(requests))
  const succeeded = Object.keys(requests).filter((_, index) => results[index]?.status === 'fulfilled')
  expect(succeeded.toSorted()).toEqual([...sent].toSorted())
})

test.each([
  {
    name: 'a connection that is reset',
    stage: 'no_answer',
    handle: (request: IncomingMessage) => request.socket.destroy(),
  },
  { name: 'no answer in time', stage: 'no_answer', handle: () => undefined },
  {
    name: 'an answer that is cut off',
    stage: 'unreadable',
    handle: (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(201, { 'content-type': 'application/json' }).end('{"id":"100'),
  },
  {
    name: 'a success in HTML',
    stage: 'unreadable',
    handle: (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(201, { 'content-type': 'text/html' }).end('<html>'),
  },
  {
    name: 'the page of a proxy',
    stage: 'refused',
    handle: (_: IncomingMessage, response: ServerResponse) => response.writeHead(502).end('<html>'),
  },
  {
    name: 'a redirect',
    stage: 'refused',
    handle: (_: IncomingMessage, response: ServerResponse) =>
      response.writeHead(302, { location: 'https://elsewhere.example' }).end(),
  },
])('$name: $stage', async ({ stage, handle }) => {
  const { url } = await listen(handle)
  const client = transportTo(url).client(never)
  expect(await failureOf(createIssue(client, { fields: {} }))).toMatchObject({ stage })
})

test('a request ends with its signal, and none begins after it', async () => {
  let requests = 0
  const { url } = await listen(() => {
    requests += 1
    controller.abort()
  })
  const controller = new AbortController()
  const client = transportTo(url, { timeoutMs: 60_000 }).client(controller.signal)
  expect(await failureOf(getIssue(client, { issueIdOrKey: '1' }))).toMatchObject({ stage: 'no_answer' })
  expect(await failureOf(getIssue(client, { issueIdOrKey: '1' }))).toMatchObject({ stage: 'not_sent' })
  expect(requests).toBe(1)
})

test('an answer to a stranger is a refused token, even where it looks like a success', async () => {
  const { url } = await listen((_, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json', 'x-seraph-loginreason': 'AUTHENTICATED_FAILED' })
      .end('{"issues":[]}')
  })
  const failure = await failureOf(getIssue(transportTo(url).client(never), { issueIdOrKey: '1' }))
  expect(failure).toMatchObject({ stage: 'refused', status: 401 })
})

test('the proxy of the environment is used', async () => {
  const asked: (string | undefined)[] = []
  const { url, server } = await listen((_, response) => response.end())
  server.on('connect', (request, socket) => {
    asked.push(request.url)
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
  })
  vi.stubEnv('HTTPS_PROXY', url)
  vi.stubEnv('NO_PROXY', '')
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const transport = transportTo('https://acme.atlassian.invalid')
  await failureOf(getIssue(transport.client(never), { issueIdOrKey: '1' }))
  expect(asked).toEqual(['acme.atlassian.invalid:443'])
})
