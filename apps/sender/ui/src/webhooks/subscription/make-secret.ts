const SECRET_BYTES = 32

/** Makes a secret as the sender would: `whsec_` and 32 random bytes in base64. It never leaves the page by itself. */
export function makeSecret(): string {
  return `whsec_${btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(SECRET_BYTES))))}`
}
