import { exportSPKI, type JWTPayload, SignJWT } from 'jose'
import { makeKey, type SigningKey } from './issuer.ts'

/** A token with `alg: none`. */
export function unsigned(claims: JWTPayload): string {
  return `${encode({ alg: 'none' })}.${encode(claims)}.`
}

/** A token whose HMAC key is the issuer's public key, which everybody has. */
export async function signedWithPublicKey(
  claims: JWTPayload,
  { kid, publicKey }: SigningKey,
): Promise<string> {
  const secret = new TextEncoder().encode(await exportSPKI(publicKey))
  return await new SignJWT(claims).setProtectedHeader({ alg: 'HS256', kid }).sign(secret)
}

/** A token that carries the key to verify it with. */
export async function signedWithOwnKey(claims: JWTPayload): Promise<string> {
  const { alg, jwk, privateKey } = await makeKey('own')
  return await new SignJWT(claims).setProtectedHeader({ alg, jwk }).sign(privateKey)
}

/** A genuine token with other claims under its signature. */
export function withClaims(token: string, claims: JWTPayload): string {
  const [header, , signature] = token.split('.')
  return [header, encode(claims), signature].join('.')
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
