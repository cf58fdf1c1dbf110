import { lookup } from 'node:dns/promises'
import { connect as connectTcp } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { describeError } from '@complywise/service'
import { createTransport } from 'nodemailer'
import type { SenderConfig } from '../config.ts'
import { checkDisk } from '../store/readiness-checks.ts'
import { type Finding, fail, ok, warn } from './finding.ts'

const TIMEOUT_MS = 5000

/** Looks at what the sender needs besides its database: ways out, mail, users’ keys, the disk, who is told. */
export async function checkSurroundings(config: SenderConfig, host: string): Promise<readonly Finding[]> {
  const checks = [
    checkWayOut(config, host),
    checkSmtp(config),
    checkJwks(config),
    checkNotified(config),
    ...(config.databaseUrl === undefined ? [checkRoom(config)] : []),
  ]
  return Promise.all(checks)
}

async function checkWayOut({ proxyUrl }: SenderConfig, host: string): Promise<Finding> {
  if (proxyUrl !== undefined) {
    try {
      await opened(
        connectTcp({ host: unbracketed(proxyUrl.hostname), port: Number(proxyUrl.port || 80) }),
        'connect',
      )
      return ok('outbound', `the proxy ${proxyUrl.host} takes connections`)
    } catch (error) {
      return fail(
        'outbound',
        `the proxy ${proxyUrl.host} cannot be reached: ${describeError(error)}`,
        'Attempts go through it: check SENDER_PROXY_URL and the network.',
      )
    }
  }
  try {
    const { address } = await lookup(host)
    await opened(
      connectTls({ host: address, port: 443, servername: host, timeout: TIMEOUT_MS }),
      'secureConnect',
    )
    return ok('outbound', `${host} can be reached by name over HTTPS`)
  } catch (error) {
    return warn(
      'outbound',
      `${host} cannot be reached over HTTPS: ${describeError(error)}`,
      'Check DNS and the firewall for connections to port 443, or set SENDER_PROXY_URL. --host names another host to try.',
    )
  }
}

async function checkSmtp({ smtpUrl }: SenderConfig): Promise<Finding> {
  if (smtpUrl === undefined) return ok('smtp', 'not configured: no e-mails are sent')
  const url = new URL(smtpUrl)
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: url.username !== '' && url.searchParams.get('requireTLS') !== 'false',
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  })
  try {
    await transport.verify()
    return ok('smtp', `${url.host} takes e-mails`)
  } catch (error) {
    return fail('smtp', `${url.host}: ${describeError(error)}`, 'Check SENDER_SMTP_URL and the network.')
  } finally {
    transport.close()
  }
}

async function checkJwks({ jwksUrl }: SenderConfig): Promise<Finding> {
  if (jwksUrl === undefined) return ok('jwks', 'not configured: only API keys are let in')
  const remedy = 'Check SENDER_JWKS_URL and the network: no user can log in without these keys.'
  try {
    const response = await fetch(jwksUrl, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' })
    const body: unknown = await response.json()
    const keys = typeof body === 'object' && body !== null && 'keys' in body ? body.keys : undefined
    if (response.ok && Array.isArray(keys) && keys.length > 0) return ok('jwks', `${keys.length} keys`)
    return fail('jwks', `${jwksUrl.href} answers ${response.status} and no keys`, remedy)
  } catch (error) {
    return fail('jwks', `${jwksUrl.href}: ${describeError(error)}`, remedy)
  }
}

async function checkNotified({ operatorWebhookUrl, emailTo }: SenderConfig): Promise<Finding> {
  const ways = [
    ...(operatorWebhookUrl === undefined ? [] : ['a webhook']),
    ...(emailTo === undefined ? [] : ['e-mail']),
  ]
  if (ways.length > 0) return ok('operator', `is told of disabled subscriptions by ${ways.join(' and ')}`)
  return warn(
    'operator',
    'nobody is told when a subscription is disabled',
    'Set SENDER_OPERATOR_WEBHOOK_URL, or SENDER_SMTP_URL and SENDER_EMAIL_TO.',
  )
}

async function checkRoom({ dataDirectory }: SenderConfig): Promise<Finding> {
  const { status, detail = '' } = await checkDisk(dataDirectory)
  if (status === 'ok') return ok('disk', `${dataDirectory} has room`)
  return fail(
    'disk',
    `${dataDirectory}: ${detail}`,
    'Make room: the embedded database stops when it has none.',
  )
}

async function opened(
  socket: ReturnType<typeof connectTcp>,
  event: 'connect' | 'secureConnect',
): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once(event, resolve).once('error', reject)
      socket.setTimeout(TIMEOUT_MS, () => reject(new Error(`no connection within ${TIMEOUT_MS} ms`)))
    })
  } finally {
    socket.destroy()
  }
}

function unbracketed(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1')
}
