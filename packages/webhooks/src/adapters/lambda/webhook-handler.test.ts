import { expect, describe, it } from 'vitest'
import { createReceiver, type Receiver } from '../../receive/receiver.ts'
import type { ReceivedRequest, Reply } from '../../receive/request.ts'
import { webhookHandler } from './index.ts'

const body = '{ "name": "Żółć", "n": 1.0 }\r\n'
const contentType = { 'content-type': ['application/json'] }
const reply: Reply = { status: 409, headers: { 'retry-after': '5' }, body: '{"status":"in_progress"}' }

// As AWS documents them, less what nobody reads.
const events = {
  'a REST API': {
    resource: '/webhooks/{tenant}',
    path: '/webhooks/acme',
    httpMethod: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Twice': 'b' },
    multiValueHeaders: { 'Content-Type': ['application/json'], 'X-Twice': ['a', 'b'] },
    queryStringParameters: { region: 'eu west', tag: 'y&z' },
    multiValueQueryStringParameters: { region: ['eu west'], tag: ['x', 'y&z'] },
    pathParameters: { tenant: 'acme' },
    stageVariables: null,
    requestContext: { httpMethod: 'POST', path: '/prod/webhooks/acme', stage: 'prod', protocol: 'HTTP/1.1' },
    body,
    isBase64Encoded: false,
  },
  'an HTTP API': {
    version: '2.0',
    routeKey: 'POST /webhooks/{tenant}',
    rawPath: '/webhooks/acme',
    rawQueryString: 'region=eu%20west&tag=x&tag=y%26z',
    headers: { 'content-type': 'application/json', 'x-twice': 'a,b' },
    queryStringParameters: { region: 'eu west', tag: 'x,y&z' },
    requestContext: {
      http: { method: 'POST', path: '/webhooks/acme', protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' },
      stage: '$default',
    },
    body,
    isBase64Encoded: false,
  },
  'a function URL': {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/webhooks/acme',
    rawQueryString: 'region=eu%20west&tag=x&tag=y%26z',
    headers: { 'content-type': 'application/json', 'x-twice': 'a,b' },
    requestContext: { http: { method: 'POST', path: '/webhooks/acme' }, stage: '$default' },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  },
  'a load balancer': {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1' } },
    httpMethod: 'POST',
    path: '/webhooks/acme',
    queryStringParameters: { region: 'eu%20west', tag: 'y%26z' },
    headers: { 'content-type': 'application/json', 'x-twice': 'b' },
    body: Buffer.from(body).toString('base64'),
    isBase64Encoded: true,
  },
  'a load balancer with multi-value headers': {
    requestContext: { elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/x/1' } },
    httpMethod: 'POST',
    path: '/webhooks/acme',
    multiValueQueryStringParameters: { region: ['eu%20west'], tag: ['x', 'y%26z'] },
    multiValueHeaders: { 'content-type': ['application/json'], 'x-twice': ['a', 'b'] },
    body,
    isBase64Encoded: false,
  },
}

const url = '/webhooks/acme?region=eu%20west&tag=x&tag=y%26z'
// The last of several values is all that a load balancer tells of them.
const last = { headers: { ...contentType, 'x-twice': ['b'] }, url: url.replace('tag=x&', '') }
const joined = { headers: { ...contentType, 'x-twice': ['a,b'] }, url }
const both = { headers: { ...contentType, 'x-twice': ['a', 'b'] }, url }
const headers = reply.headers
const multiValueHeaders = { 'retry-after': ['5'] }
const statusDescription = '409 Conflict'

describe.each<[keyof typeof events, Partial<ReceivedRequest>, object]>([
  ['a REST API', both, { headers }],
  ['an HTTP API', joined, { headers }],
  ['a function URL', joined, { headers }],
  ['a load balancer', last, { headers, statusDescription }],
  ['a load balancer with multi-value headers', both, { multiValueHeaders, statusDescription }],
])('the event of %s', (source, request, form) => {
  it('is translated', async () => {
    const { receiver, received } = recordingReceiver()
    await webhookHandler(receiver)(events[source])
    expect(received).toEqual([{ method: 'POST', ...request, body: new TextEncoder().encode(body) }])
  })

  it('is answered in its form', async () => {
    const result = await webhookHandler(recordingReceiver().receiver)(events[source])
    expect(result).toEqual({ statusCode: 409, body: reply.body, isBase64Encoded: false, ...form })
  })
})

it('takes no body, no query and no headers for empty ones', async () => {
  const { receiver, received } = recordingReceiver()
  const bare = {
    ...events['a REST API'],
    headers: null,
    multiValueHeaders: null,
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    body: null,
  }
  await webhookHandler(receiver)(bare)
  expect(received).toEqual([{ method: 'POST', headers: {}, url: '/webhooks/acme', body: new Uint8Array() }])
})

it.each([
  ['an object', { a: 1 }, false],
  ['text that only claims to be base64', body, true],
])('says what to do when a middleware has made %s of the body', async (_what, body, isBase64Encoded) => {
  const { receiver, received } = recordingReceiver()
  await webhookHandler(receiver)({ ...events['an HTTP API'], body, isBase64Encoded })
  expect(received).toMatchObject([
    { body: { unreadable: 'already_parsed', fix: expect.stringContaining('httpJsonBodyParser()') } },
  ])
})

it('keeps all values of headers that differ in case only, and a header of any name', async () => {
  const { receiver, received } = recordingReceiver()
  const headers = JSON.parse('{ "X-A": "1", "x-a": "2", "__proto__": "3", "get": "4" }')
  await webhookHandler(receiver)({ ...events['an HTTP API'], headers })
  expect(Object.entries(received[0]?.headers ?? {})).toEqual([
    ['x-a', ['1', '2']],
    ['__proto__', ['3']],
    ['get', ['4']],
  ])
})

it('rejects an event that is no HTTP request', async () => {
  const event = JSON.parse('{ "Records": [] }')
  await expect(webhookHandler(recordingReceiver().receiver)(event)).rejects.toThrow(
    'No HTTP event of API Gateway, ALB or a function URL.',
  )
})

it('has a description of every status that a receiver answers with', async () => {
  const descriptions = [200, 400, 401, 405, 409, 413, 415, 422, 500, 503].map(async (status) => {
    const { receiver } = recordingReceiver({ ...reply, status })
    return (await webhookHandler(receiver)(events['a load balancer'])).statusDescription
  })
  for (const description of await Promise.all(descriptions)) expect(description).toMatch(/^\d{3} [A-Z]/)
})

/** A receiver that keeps the requests it gets, and answers all of them with `answer`. */
function recordingReceiver(answer = reply): { receiver: Receiver; received: readonly ReceivedRequest[] } {
  const received: ReceivedRequest[] = []
  const receive = (request: ReceivedRequest): Promise<Reply> => {
    received.push(request)
    return Promise.resolve(answer)
  }
  return {
    receiver: { ...createReceiver({ secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' }), receive },
    received,
  }
}
