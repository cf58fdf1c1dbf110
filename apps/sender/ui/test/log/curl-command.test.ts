import { execFile } from 'node:child_process'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { curlCommand, MASK, PLACEHOLDER, quote } from '../../src/log/delivery/curl-command.ts'

const run = promisify(execFile)

interface Received {
  readonly method: string
  readonly path: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

let received: Received | undefined
let origin = ''
const server = createServer((request, response) => {
  void buffer(request).then((body) => {
    received = { method: request.method ?? '', path: request.url ?? '', headers: request.headers, body }
    return response.end('ok')
  })
})

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
})
afterAll(() => new Promise((resolve) => server.close(resolve)))

/** Runs a command as it would run when it is pasted, history expansion included. */
async function paste(command: string): Promise<Received> {
  received = undefined
  const script = `set -o history -o histexpand\n${command}`
  const ran = run('bash', ['--norc', '-s'], { env: { PATH: process.env['PATH'], LC_ALL: 'C.UTF-8' } })
  ran.child.stdin?.end(script)
  await ran
  if (received === undefined) throw new Error('Nothing was sent')
  return received
}

const json = (data: unknown): string => JSON.stringify({ event: 'scan.completed', data })

describe('the command that repeats a request', () => {
  it.each([
    ['plain JSON', json({ score: 93 })],
    ['single quotes', json("it's '' '\\'' done'")],
    ['double quotes and backslashes', json('" \\ \\" \\\\ \\n C:\\temp')],
    ['what bash would expand', json('$(touch owned) `id` ${HOME} $PATH ~ * ? [a-z] {a,b} && ; | > x')],
    ['what its history would expand', json('!! !$ !-1 !echo "!" \'!\' ^a^b')],
    ['what printf would format', json('%s %d %% %n')],
    ['unicode', json('Prüfung 完了 🎉 ñ')],
    ['pretty-printed JSON', JSON.stringify({ a: [1, 2], b: 'x' }, null, 2)],
    ['line breaks at its end', `${json('x')}\n\n`],
    ['carriage returns and tabs', '{\r\n\t"a": 1\r\n}\r\n'],
    ['control characters', `{"a":"\u0001\u001B[31m\u007F"}`],
    ['direction overrides', json('\u202Eevil\u2066')],
    ['a byte order mark', `\uFEFF${json('x')}`],
    ['the name of a file', '@/etc/hostname'],
    ['nothing', ''],
    ['256 KiB', json(`'$(id)!${'x'.repeat(262_000)}`)],
    ['256 KiB with line breaks', json('x').padEnd(262_144, '\n')],
  ])('sends the very bytes of a body with %s', async (_, body) => {
    const sent = await paste(curlCommand({ url: `${origin}/`, headers: {}, body }))
    expect(sent.method).toBe('POST')
    expect(sent.body.equals(Buffer.from(body))).toBe(true)
  })

  it('sends the headers as they were sent, and none of its own', async () => {
    const host = new URL(origin).host
    const headers = {
      host,
      connection: 'keep-alive',
      'content-type': 'application/json',
      'user-agent': 'ComplyWise-Webhooks/1.0.0',
      'x-complywise-signature': 'sha256=0a6c',
      'x-hostile': `it's $(id) \`id\` "q" \\ !! ; & #`,
      'x-empty': '',
      'content-length': '2',
    }
    const sent = await paste(curlCommand({ url: `${origin}/`, headers, body: '{}' }))
    expect(sent.headers).toEqual(headers)
  })

  it.each(["/a'b$(id)?q=`id`&r=!!", '/[1-3]{a,b}', '/%2e%2e/x', '/?a=%20&b=*'])(
    'posts to the URL as it is: %s',
    async (path) => {
      const { href, pathname, search } = new URL(path, origin)
      const sent = await paste(curlCommand({ url: href, headers: {}, body: '{}' }))
      expect(sent.path).toBe(pathname + search)
    },
  )

  it('puts a placeholder where the log has a mask, and says so', async () => {
    const command = curlCommand({ url: `${origin}/`, headers: { 'x-api-key': MASK }, body: '{}' })
    expect(command).toContain(`# The log does not show the value of these headers: x-api-key.`)
    expect(command).not.toContain(MASK)
    expect((await paste(command)).headers['x-api-key']).toBe(PLACEHOLDER)
  })

  it('says that the endpoint was changed since', () => {
    const command = curlCommand({ url: 'https://new.example/', headers: { host: 'old.example' }, body: '{}' })
    expect(command).toMatch(/^# The endpoint was changed/)
    expect(command).not.toContain('old.example')
  })

  it.each(["a'b", '$(id)', '', '\\', '!x', '\n'])('quotes %j as one word', async (text) => {
    const { stdout } = await run('bash', ['-c', `printf %s ${quote(text)}`])
    expect(stdout).toBe(text)
  })
})
