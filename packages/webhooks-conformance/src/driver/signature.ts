// Written apart from the SDK's `sign`, on purpose: a mistake in that must not be in both.

/** The value of `X-ComplyWise-Signature` for a body. */
export async function bodySignature(body: Uint8Array, secret: string): Promise<string> {
  return `sha256=${(await hmac(Buffer.from(secret), body)).toString('hex')}`
}

/** The Standard Webhooks headers of an attempt. */
export async function attemptHeaders(
  attempt: { readonly id: string; readonly at: Date; readonly body: Uint8Array },
  ...secrets: readonly string[]
): Promise<readonly (readonly [name: string, value: string])[]> {
  const timestamp = String(Math.floor(attempt.at.getTime() / 1000))
  const signed = Buffer.concat([Buffer.from(`${attempt.id}.${timestamp}.`), attempt.body])
  const signatures = await Promise.all(secrets.map((secret) => hmac(attemptKey(secret), signed)))
  return [
    ['webhook-id', attempt.id],
    ['webhook-timestamp', timestamp],
    ['webhook-signature', signatures.map((signature) => `v1,${signature.toString('base64')}`).join(' ')],
  ]
}

function attemptKey(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
}

/** The HMAC-SHA256 of bytes. */
export async function hmac(key: Buffer, body: Uint8Array): Promise<Buffer> {
  const algorithm = { name: 'HMAC', hash: 'SHA-256' }
  const imported = await crypto.subtle.importKey('raw', Uint8Array.from(key), algorithm, false, ['sign'])
  return Buffer.from(await crypto.subtle.sign('HMAC', imported, Uint8Array.from(body)))
}
