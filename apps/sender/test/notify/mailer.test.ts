import { createServer } from 'node:net'
import type { SMTPServerOptions } from 'smtp-server'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createMailer, type Mail, type MailerOptions } from '../../src/notify/mailer.ts'
import { type Certificates, createCertificates } from '../dispatch/support/certificates.ts'
import {
  type DataAnswer,
  portOf,
  smtpError,
  startSmtpServer,
  type TestSmtpServer,
} from './support/start-smtp-server.ts'

let certificates: Certificates
beforeAll(() => {
  certificates = createCertificates()
})

const closers: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closers.splice(0)) await close()
})

async function start(options?: SMTPServerOptions): Promise<TestSmtpServer> {
  const server = await startSmtpServer(options)
  closers.push(() => server.close())
  return server
}

const mail: Mail = {
  id: '0195a3c2-aaaa-7a41-b3c5-1f2e3d4c5b6a',
  to: 'owner@example.com',
  subject: 'Webhooks to hooks.example.com are failing',
  text: 'It fails.\n.\nSince noon – “long”.\n',
}

const never = new AbortController().signal

function send(smtpUrl: string, other: Partial<Mail> = {}, options: Partial<MailerOptions> = {}) {
  const mailer = createMailer({
    smtpUrl,
    from: 'ComplyWise <webhooks@example.com>',
    timeoutMs: 500,
    ...options,
  })
  return mailer.send({ ...mail, ...other }, never)
}

/** Headers by their names in lower case, unfolded. */
function headersOf(raw: string): ReadonlyMap<string, string> {
  const [head = ''] = raw.split('\r\n\r\n')
  const lines = head.replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  return new Map(
    lines.map((line) => [line.split(':', 1)[0]!.toLowerCase(), line.slice(line.indexOf(':') + 2)]),
  )
}

describe('an e-mail', () => {
  test('arrives with an id of its own that is the same each time', async () => {
    const server = await start()
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toEqual({ kind: 'sent' })
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toEqual({ kind: 'sent' })
    const [first, second] = server.received.map(({ raw }) => headersOf(raw))
    expect(server.received[0]).toMatchObject({ from: 'webhooks@example.com', to: ['owner@example.com'] })
    expect(first?.get('from')).toBe('ComplyWise <webhooks@example.com>')
    expect(first?.get('subject')).toBe(mail.subject)
    expect(first?.get('message-id')).toBe('<0195a3c2-aaaa-7a41-b3c5-1f2e3d4c5b6a@example.com>')
    expect(first?.get('auto-submitted')).toBe('auto-generated')
    expect(second?.get('message-id')).toBe(first?.get('message-id'))
  })

  test.each([
    ['a line of its own', 'owner@example.com\r\nBcc: spy@example.com'],
    ['a second address', 'owner@example.com, spy@example.com'],
    ['a second address in brackets', '"x" <owner@example.com>, <spy@example.com>'],
    ['an SMTP command', 'owner@example.com>\r\nRCPT TO:<spy@example.com'],
  ])('goes to nobody else by %s in its address', async (_name, to) => {
    const server = await start()
    await send(`smtp://127.0.0.1:${server.port}`, { to })
    expect(server.received.flatMap((email) => email.to)).not.toContain('spy@example.com')
    expect(server.received.map(({ raw }) => headersOf(raw).has('bcc'))).not.toContain(true)
  })

  test('keeps a subject with line breaks in one header', async () => {
    const server = await start()
    await send(`smtp://127.0.0.1:${server.port}`, { subject: 'a\r\nBcc: spy@example.com\r\n\r\nb' })
    expect(server.received).toHaveLength(1)
    expect(headersOf(server.received[0]!.raw).has('bcc')).toBe(false)
    expect(server.received[0]?.to).toEqual(['owner@example.com'])
  })
})

/** TLS, and one user who may log in. */
function credentials(): SMTPServerOptions {
  return {
    ...certificates.trusted,
    onAuth: ({ username, password }, _session, callback) =>
      username === 'us er' && password === 'p@ss/word'
        ? callback(null, { user: 'us er' })
        : callback(smtpError(535)),
  }
}

describe('over TLS', () => {
  const user = 'us%20er:p%40ss%2Fword'
  const untrusted = 'tls.rejectUnauthorized=false'

  test.each([
    ['from the start', 'smtps', { secure: true }],
    ['by STARTTLS', 'smtp', {}],
  ])('a password is sent %s', async (_name, scheme, options) => {
    const server = await start({ ...credentials(), ...options })
    expect(await send(`${scheme}://${user}@127.0.0.1:${server.port}?${untrusted}`)).toEqual({ kind: 'sent' })
    expect(server.received).toEqual([expect.objectContaining({ secure: true, user: 'us er' })])
  })

  test.each([
    ['from the start', 'smtps', { secure: true }],
    ['by STARTTLS', 'smtp', {}],
  ])('a certificate that nobody vouches for is not accepted %s', async (_name, scheme, options) => {
    const server = await start({ ...credentials(), ...options })
    expect(await send(`${scheme}://${user}@127.0.0.1:${server.port}`)).toMatchObject({ kind: 'failed' })
    expect(server.received).toEqual([])
  })

  test('a password is never sent without it, unless that was asked for', async () => {
    const passwords: string[] = []
    const server = await start({
      ...credentials(),
      hideSTARTTLS: true,
      disabledCommands: ['STARTTLS'],
      allowInsecureAuth: true,
      onAuth({ password }, _session, callback) {
        passwords.push(password ?? '')
        callback(null, { user: 'us er' })
      },
    })
    expect(await send(`smtp://${user}@127.0.0.1:${server.port}`)).toMatchObject({ kind: 'failed' })
    expect(passwords).toEqual([])
    expect(await send(`smtp://${user}@127.0.0.1:${server.port}?requireTLS=false`)).toEqual({ kind: 'sent' })
    expect(passwords).toEqual(['p@ss/word'])
  })

  test('a wrong password is something that a person can put right', async () => {
    const server = await start({ ...credentials(), secure: true })
    const outcome = await send(`smtps://us%20er:hunter2@127.0.0.1:${server.port}?${untrusted}`)
    expect(outcome).toMatchObject({ kind: 'failed', detail: expect.stringContaining('535') })
    expect(JSON.stringify(outcome)).not.toContain('hunter2')
  })
})

describe('what the server answers decides', () => {
  test.each<[string, SMTPServerOptions, 'failed' | 'refused']>([
    ['421 at the greeting', { onConnect: (_session, callback) => callback(smtpError(421)) }, 'failed'],
    ['554 at the greeting', { onConnect: (_session, callback) => callback(smtpError(554)) }, 'failed'],
    [
      '451 to the sender',
      { onMailFrom: (_address, _session, callback) => callback(smtpError(451)) },
      'failed',
    ],
    [
      '550 to the sender',
      { onMailFrom: (_address, _session, callback) => callback(smtpError(550)) },
      'failed',
    ],
    [
      '450 to the recipient',
      { onRcptTo: (_address, _session, callback) => callback(smtpError(450)) },
      'failed',
    ],
    [
      '550 to the recipient',
      { onRcptTo: (_address, _session, callback) => callback(smtpError(550)) },
      'refused',
    ],
  ])('%s', async (_name, options, kind) => {
    const server = await start(options)
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toMatchObject({ kind })
    expect(server.received).toEqual([])
  })

  test.each<[DataAnswer, 'failed' | 'refused']>([
    [451, 'failed'],
    [554, 'refused'],
    ['hang', 'failed'],
    ['drop', 'failed'],
  ])('%s after the data: %s', async (answer, kind) => {
    const server = await start()
    server.answerData(answer)
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toMatchObject({ kind })
    expect(server.received).toHaveLength(1)
  })

  test('an address that is none is refused before anything is sent', async () => {
    const server = await start()
    expect(await send(`smtp://127.0.0.1:${server.port}`, { to: '' })).toMatchObject({ kind: 'refused' })
  })
})

describe('a server that is not there', () => {
  test('refuses the connection', async () => {
    const server = await startSmtpServer()
    await server.close()
    expect(await send(`smtp://127.0.0.1:${server.port}`)).toMatchObject({ kind: 'failed' })
  })

  test('says nothing: waiting ends', async () => {
    const silent = createServer()
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    closers.push(() => new Promise((resolve) => silent.close(() => resolve())))
    expect(await send(`smtp://127.0.0.1:${portOf(silent)}`)).toMatchObject({ kind: 'failed' })
  })

  test('says nothing: a sender that stops does not wait', async () => {
    const server = await start({ onConnect: () => undefined })
    const stopping = new AbortController()
    const mailer = createMailer({
      smtpUrl: `smtp://127.0.0.1:${server.port}`,
      from: 'webhooks@example.com',
      timeoutMs: 600_000,
    })
    const outcome = mailer.send(mail, stopping.signal)
    stopping.abort()
    expect(await outcome).toMatchObject({ kind: 'failed' })
  })
})
