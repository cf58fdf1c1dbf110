import { createServer } from 'node:http'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from 'jose'

/** What good tokens have as `iss` and `aud`. */
export const ISSUER = 'https://login.complywise.example'
export const AUDIENCE = 'complywise-webhooks'

/** A login that publishes its keys at a URL. */
export interface Issuer {
  readonly url: URL
  keys: readonly JWK[]
  /** What it answers instead of its keys. */
  answer: 'keys' | 'error' | 'nonsense' | 'redirect'
  requestCount: number
  close(): Promise<void>
}

/** Starts a login with these keys. */
export async function startIssuer(keys: readonly JWK[]): Promise<Issuer> {
  const server = createServer((_request, response) => {
    issuer.requestCount += 1
    if (issuer.answer === 'error') response.writeHead(500).end('down')
    else if (issuer.answer === 'redirect') response.writeHead(302, { location: '/elsewhere' }).end()
    else if (issuer.answer === 'nonsense') response.end('{"keys":')
    else response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys: issuer.keys }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not listening on a port')
  const issuer: Issuer = {
    url: new URL(`http://127.0.0.1:${address.port}/jwks.json`),
    keys,
    answer: 'keys',
    requestCount: 0,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return issuer
}

/** A key that signs tokens. */
export interface SigningKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicKey: CryptoKey
  /** The public key as it is published. */
  readonly jwk: JWK
}

/** Makes a key; keys of one id are different nevertheless. */
export async function makeKey(kid: string, alg = 'ES256'): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true })
  return { kid, alg, privateKey, publicKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** A token as a login makes it. */
export function signWith({ alg, kid, privateKey }: SigningKey, claims: JWTPayload): Promise<string> {
  return new SignJWT(claims).setProtectedHeader({ alg, kid }).sign(privateKey)
}

/** An instant in tokens. */
export function inSeconds(seconds: number): number {
  return Math.floor(Date.now() / 1000) + seconds
}
