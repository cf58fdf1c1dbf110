/**
 * Makes idempotency keys: the same one for the same request, so that repeating it makes one subscription, and another one for
 * any other request.
 *
 * @param random fills bytes with randomness.
 */
export function createRepeatKey(
  random: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => crypto.getRandomValues(bytes),
): (request: unknown) => string {
  let last: { readonly request: string; readonly key: string } | undefined
  return (request) => {
    const text = JSON.stringify(request)
    // randomUUID() is not there on pages that are not secure, such as plain HTTP on another machine.
    if (last?.request !== text) last = { request: text, key: toHex(random(new Uint8Array(16))) }
    return last.key
  }
}

function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
