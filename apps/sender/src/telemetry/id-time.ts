/** When a UUIDv7 was made, in milliseconds since the epoch, by the clock of whoever made it. */
export function madeAt(uuid: string): number {
  return Number.parseInt(uuid.slice(0, 8) + uuid.slice(9, 13), 16)
}
