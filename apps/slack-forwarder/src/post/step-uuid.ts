import { createHash } from 'node:crypto'

const namespace = Buffer.from('6f1c9f3aa7de5d0e9f0b6f5c5a0f7c11', 'hex')

/**
 * The UUIDv5 of the steps that a message tells, in any order: Slack is given it as `client_msg_id`, by which it recognizes,
 * as far as it does, a message that it has already.
 */
export function stepUuid(stepIds: readonly string[]): string {
  const hash = createHash('sha1').update(namespace).update(stepIds.toSorted().join(' ')).digest()
  const bytes = hash.subarray(0, 16)
  bytes.writeUInt8((bytes.readUInt8(6) % 16) + 0x50, 6)
  bytes.writeUInt8((bytes.readUInt8(8) % 64) + 0x80, 8)
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
