import { createHmac, timingSafeEqual } from 'node:crypto'
import { SECRET } from './sign-requests.ts'

/** Verification as it is written by hand. */
export function verifyByHand(body: Uint8Array, header: unknown): boolean {
  if (typeof header !== 'string' || !header.startsWith('sha256=')) return false
  const presented = Buffer.from(header.slice('sha256='.length), 'hex')
  const computed = createHmac('sha256', SECRET).update(body).digest()
  return presented.length === computed.length && timingSafeEqual(presented, computed)
}
