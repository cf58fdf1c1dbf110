import { createHash } from 'node:crypto'

/** The namespace of all ids that are made here. */
const namespace = Buffer.from('6f0b6ad5c2b04c1e9a64c0a1f7f2e9d3', 'hex')

/** A UUID that is the same for the same parts, by RFC 9562. */
export function uuidV5(...parts: readonly string[]): string {
  const digest = createHash('sha1').update(namespace).update(JSON.stringify(parts)).digest()
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | 0x50, 6)
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | 0x80, 8)
  const hex = digest.toString('hex', 0, 16)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
