import { createHmac } from 'node:crypto'
import type { ReceiverOptions } from '../../src/receive/options.ts'
import type { ReceivedRequest, Reply } from '../../src/receive/request.ts'
import type { Implementation } from './run-case.ts'
import { allSecrets } from './world.ts'

type Flaw = (implementation: Implementation) => Implementation

/** Mistakes that receivers make, which fuzzing has to find. */
export const flaws: Readonly<Record<string, Flaw>> = {
  'verifies JSON that was written again': onRequest((request) => ({
    ...request,
    body: reserialize(request.body),
  })),
  'compares all but the last digit': onRequest(repairLastDigit),
  'takes digits in upper case': onHeaders((_name, value) =>
    value.replace(/^sha256=[\dA-F]+$/i, (all) => all.toLowerCase()),
  ),
  'reads the first of repeated signatures': onHeaders((name, value) =>
    name === 'x-complywise-signature' ? value.replace(/,.*/s, '') : value,
  ),
  'trims headers': onHeaders((_name, value) => value.trim()),
  'takes media types that start like that of JSON': onHeaders((name, value) =>
    name === 'content-type' ? value.replace(/^application\/json.*/i, 'application/json') : value,
  ),
  'ignores attempt signatures': onHeaders((name, value) => (name.startsWith('webhook-') ? undefined : value)),
  'answers every method': onRequest((request) => ({ ...request, method: request.method && 'POST' })),
  'throws for a header called constructor': onHeaders((name, value) => {
    if (name === 'constructor') throw new TypeError('not a function')
    return value
  }),
  'remembers nothing': onOptions((options) => ({ ...options, store: false })),
  'takes events of any age': onOptions((options) => ({ ...options, maxAgeMs: 1e15, retentionMs: 2e15 })),
  'takes events of the future': onOptions((options) => ({
    ...options,
    clockSkewMs: 1e15,
    retentionMs: 2e15,
  })),
  'takes attempts within twice the window': onOptions((options) => ({
    ...options,
    attemptWindowMs: 2 * (options.attemptWindowMs ?? 0),
  })),
  'needs no attempt signature': onOptions((options) => ({ ...options, requireAttemptSignature: false })),
  'keeps secrets for ever': onOptions(({ secret, ...options }) => ({
    ...options,
    secret: Array.isArray(secret) ? secret.map(({ id, value }) => ({ id, value })) : secret,
  })),
  'takes the events of two tenants for one': onOptions(({ secret, ...options }) => ({
    ...options,
    secret: typeof secret === 'function' ? async (of) => withTenant(await secret(of)) : secret,
  })),
  'tells the caller why': onReply((reply) => ({ ...reply, body: reply.body.replace('}', ',"code":"x"}') })),
  'answers 200 when a handler failed': onReply((reply) => ({
    ...reply,
    status: reply.status === 500 ? 200 : reply.status,
  })),
  'forgets Retry-After': onReply((reply) => ({ ...reply, headers: { 'content-type': 'application/json' } })),
  'verifies nothing by itself': (implementation) => ({
    ...implementation,
    verify: async () => ({ verified: true, secretIndex: 0, attemptedAt: undefined }),
  }),
}

function onRequest(change: (request: ReceivedRequest) => ReceivedRequest): Flaw {
  return ({ createReceiver, ...rest }) => ({
    ...rest,
    createReceiver(options) {
      const receiver = createReceiver(options)
      return { ...receiver, receive: async (request) => receiver.receive(change(request)) }
    },
  })
}

function onHeaders(change: (name: string, value: string) => string | undefined): Flaw {
  return onRequest((request) => withHeaders(request, change))
}

function onOptions(change: (options: ReceiverOptions) => ReceiverOptions): Flaw {
  return ({ createReceiver, ...rest }) => ({
    ...rest,
    createReceiver: (options) => createReceiver(change(options)),
  })
}

function onReply(change: (reply: Reply) => Reply): Flaw {
  return ({ createReceiver, ...rest }) => ({
    ...rest,
    createReceiver(options) {
      const receiver = createReceiver(options)
      return { ...receiver, receive: async (request) => change(await receiver.receive(request)) }
    },
  })
}

/** Changes or removes headers, unless they are behind a method of their own. */
function withHeaders(
  request: ReceivedRequest,
  change: (name: string, value: string) => string | undefined,
): ReceivedRequest {
  const { headers } = request
  if (!(headers instanceof Headers) && typeof headers.get === 'function') return request
  const changed: Record<string, string> = Object.create(null)
  for (const [name, value] of headers instanceof Headers ? headers : Object.entries(headers)) {
    const next = value === undefined ? undefined : change(name, String(value))
    if (next !== undefined) changed[name] = next
  }
  return { ...request, headers: changed }
}

function reserialize(body: ReceivedRequest['body']): ReceivedRequest['body'] {
  if (!(body instanceof Uint8Array)) return body
  try {
    return Buffer.from(JSON.stringify(JSON.parse(Buffer.from(body).toString())))
  } catch {
    return body
  }
}

function repairLastDigit(request: ReceivedRequest): ReceivedRequest {
  const { body } = request
  if (!(body instanceof Uint8Array)) return request
  const right = allSecrets.map(
    (secret) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
  )
  return withHeaders(
    request,
    (_name, value) => right.find((signature) => signature.slice(0, -1) === value.slice(0, -1)) ?? value,
  )
}

function withTenant<Found>(found: Found | undefined): Found | undefined {
  return found && { ...found, tenant: 'one' }
}
