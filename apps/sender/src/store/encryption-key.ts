import { randomBytes } from 'node:crypto'
import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** Length of the key that secrets are sealed with: AES-256. */
export const ENCRYPTION_KEY_BYTES = 32

/** Reads a key from canonical base64 (RFC 4648 §4, padded); `undefined` when it is anything else. */
export function parseEncryptionKey(text: string): Buffer | undefined {
  const key = Buffer.from(text, 'base64')
  // Node skips what is not base64, so that a key with a typing error would be another key.
  return key.byteLength === ENCRYPTION_KEY_BYTES && key.toString('base64') === text ? key : undefined
}

/**
 * The key of a data directory, made on first use: 32 bytes in base64 in `encryption.key`, readable by its owner
 * only. Processes that come at the same time get the same key.
 *
 * @throws {Error} when the file cannot be read or holds something else.
 */
export async function loadOrCreateEncryptionKey(dataDirectory: string): Promise<Uint8Array> {
  const path = join(dataDirectory, 'encryption.key')
  const existing = await read(path)
  if (existing !== undefined) return existing
  // Written aside and then linked: never half a key under the real name, and the first one there wins.
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, `${randomBytes(ENCRYPTION_KEY_BYTES).toString('base64')}\n`, {
    mode: 0o600,
    flush: true,
  })
  await link(draft, path).catch(ignoreExisting)
  await rm(draft)
  const created = await read(path)
  if (created === undefined) throw new Error(`${path} disappeared while it was being made`)
  return created
}

async function read(path: string): Promise<Uint8Array | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  const key = parseEncryptionKey(text.trim())
  if (key === undefined) throw new Error(`${path} does not hold ${ENCRYPTION_KEY_BYTES} bytes in base64`)
  return key
}

function ignoreExisting(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}
