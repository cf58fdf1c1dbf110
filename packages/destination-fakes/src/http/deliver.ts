import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { FakeReply, FakeService } from './fake-service.ts'
import type { Fault } from './fault.ts'

/** An answer on its way out, with the fault that may spoil it. */
export interface Delivery {
  readonly fault: Fault | undefined
  /** The answer of the service; absent when the fault kept the request from it. */
  readonly made: FakeReply | undefined
  readonly service: FakeService
  readonly response: ServerResponse
  /** The socket below TLS. */
  readonly socket: Socket
  /** Aborted when the fake closes. */
  readonly closing: AbortSignal
}

/** Sends what the client is to see; returns its status, `undefined` when the client gets no answer. */
export async function deliver(delivery: Delivery): Promise<number | undefined> {
  const { fault, made, service, response, socket } = delivery
  if (fault === undefined) return send(response, made ?? nothingMade())
  switch (fault.kind) {
    case 'rate-limited':
      return send(response, service.rateLimited(fault.retryAfterSeconds))
    case 'unavailable':
      return send(response, service.unavailable(fault.retryAfterSeconds))
    case 'error':
      return send(response, fault)
    case 'html-502':
    case 'html-502-after':
      return send(response, { status: 502, headers: html, body: badGatewayPage })
    case 'html-success':
      return send(response, { ...(made ?? nothingMade()), headers: html, body: captivePortalPage })
    case 'truncated':
      return send(response, made ?? nothingMade(), cutInTheMiddle)
    case 'slow':
      return (await waited(fault.ms, delivery.closing)) ? send(response, made ?? nothingMade()) : undefined
    case 'reset-before':
    case 'reset-after':
      socket.resetAndDestroy()
      return undefined
    default:
      // Left hanging.
      return undefined
  }
}

/** Whether the time passed before the fake was closed. */
async function waited(ms: number, closing: AbortSignal): Promise<boolean> {
  return wait(ms, true, { signal: closing, ref: false }).catch(() => false)
}

const html = { 'content-type': 'text/html; charset=utf-8' }
const badGatewayPage = `<html>
<head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body>
</html>
`
const captivePortalPage = `<!DOCTYPE html>
<html><head><title>Sign in to the network</title></head><body><form action="/login"></form></body></html>
`

function send(response: ServerResponse, reply: FakeReply, spoil = (bytes: Buffer): Buffer => bytes): number {
  const bytes = spoil(encoded(reply.body))
  // A client that gave up meanwhile has no socket to write to.
  if (response.destroyed) return reply.status
  response.writeHead(reply.status, {
    ...(reply.body === undefined ? {} : { 'content-type': contentTypeOf(reply.body) }),
    ...(reply.status === 204 ? {} : { 'content-length': String(bytes.length) }),
    ...reply.headers,
  })
  response.end(bytes)
  return reply.status
}

function encoded(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0)
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function contentTypeOf(body: unknown): string {
  return typeof body === 'string' ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8'
}

function cutInTheMiddle(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}

function nothingMade(): FakeReply {
  throw new Error('a fault that takes effect has no answer of the service')
}
