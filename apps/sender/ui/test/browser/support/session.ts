import { createHash } from 'node:crypto'
import type { BrowserContext, Cookie } from 'playwright-core'
import { inject } from 'vitest'
import { pool } from './pool.ts'

const COOKIE = 'cw_session'

/** Signs a browser in as the page does, and returns the cookie that it was given. */
export async function signIn(context: BrowserContext, key: string): Promise<void> {
  const { url } = inject('stage')
  const response = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ key }),
  })
  if (!response.ok) throw new Error(`Signing in: ${response.status} ${await response.text()}`)
  const [pair = ''] = response.headers.getSetCookie()[0]?.split(';') ?? []
  const [name = '', value = ''] = pair.split('=')
  await context.addCookies([{ name, value, url, httpOnly: true, sameSite: 'Strict' }])
}

/** The cookie of the session, if the browser has one. */
export async function sessionCookie(context: BrowserContext): Promise<Cookie | undefined> {
  return (await context.cookies(inject('stage').url)).find(({ name }) => name === COOKIE)
}

/** Lets the session of a browser end on the sender's side, as time does; the browser keeps its cookie. */
export async function expireSession(context: BrowserContext): Promise<void> {
  const token = (await sessionCookie(context))?.value ?? ''
  const { rowCount } = await pool().query(
    'update webhooks.session set expires_at = now() where token_hash = $1',
    [createHash('sha256').update(token).digest()],
  )
  if (rowCount !== 1) throw new Error('The browser has no session')
}
