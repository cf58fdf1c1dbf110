import { execFileSync } from 'node:child_process'

/** HMAC-SHA256, computed by the `openssl` command. */
export function hmacSha256(key: Uint8Array, data: Uint8Array): Buffer {
  return hmac('sha256', key, data)
}

/** HMAC-SHA512, which no signature of the wire contract is. */
export function hmacSha512(key: Uint8Array, data: Uint8Array): Buffer {
  return hmac('sha512', key, data)
}

/** SHA-256, computed by the `openssl` command. */
export function sha256(data: Uint8Array): Buffer {
  return openssl(['dgst', '-sha256', '-binary'], data)
}

/** SHA-512, computed by the `openssl` command. */
export function sha512(data: Uint8Array): Buffer {
  return openssl(['dgst', '-sha512', '-binary'], data)
}

/** Decodes standard base64 with the `openssl` command. */
export function decodeBase64(text: string): Buffer {
  return openssl(['base64', '-d', '-A'], Buffer.from(text))
}

function hmac(hash: string, key: Uint8Array, data: Uint8Array): Buffer {
  const hexKey = Buffer.from(key).toString('hex')
  return openssl(['dgst', `-${hash}`, '-binary', '-mac', 'HMAC', '-macopt', `hexkey:${hexKey}`], data)
}

const results = new Map<string, Buffer>()

// Many vectors are variations of one signature; starting the command once for each would take most of the time.
function openssl(args: readonly string[], input: Uint8Array): Buffer {
  const call = `${args.join(' ')} < ${Buffer.from(input).toString('base64')}`
  const result = results.get(call) ?? execFileSync('openssl', args, { input })
  results.set(call, result)
  return result
}
