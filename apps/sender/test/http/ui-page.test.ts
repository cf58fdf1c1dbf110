import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { sendRaw } from '../api/support/raw-request.ts'
import { startApi, type TestApi } from '../api/support/start-api.ts'

const SCRIPT = 'export const greeting = "hello"\n'.repeat(100)
const PAGE = '<!doctype html><title>x</title><script type="module" src="/assets/index-a1.js"></script>'

let directory: string
let api: TestApi

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'ui-'))
  mkdirSync(join(directory, 'dist/assets/fonts'), { recursive: true })
  build('../secret.js', 'not part of the build')
  build('index.html', PAGE)
  build('assets/index-a1.js', SCRIPT)
  build('assets/index-b2.css', 'body{color:red}'.repeat(100))
  build('assets/icon-c3.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>'.repeat(20))
  build('assets/dot-d4.png', 'png')
  build('assets/fonts/inter-e5.woff2', 'woff2')
  build('assets/notes.txt', 'of a type that is not served')
  symlinkSync(join(directory, 'secret.js'), join(directory, 'dist/assets/link.js'))
  api = await startApi({ uiDirectory: join(directory, 'dist') })
})
afterAll(async () => {
  await api.close()
  rmSync(directory, { recursive: true })
})

function build(path: string, content: string): void {
  writeFileSync(join(directory, 'dist', path), content)
}

function get(path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') {
  return fetch(api.origin + path, { method, headers, redirect: 'manual' })
}

describe('the web page', () => {
  it('is where / leads', async () => {
    const { status, headers } = await get('/')
    expect([status, headers.get('location')]).toEqual([302, '/settings/integrations/webhooks'])
  })

  it.each([
    '/settings',
    '/settings/',
    '/settings/integrations/webhooks',
    '/settings/webhooks/delivery-log?status=failed',
    `/settings/${'a'.repeat(2000)}`,
    '/sign-in',
    '/sign-in?next=%2Fsettings',
  ])('is the answer to %s, asked for each time', async (path) => {
    const response = await get(path)
    expect([response.status, await response.text()]).toEqual([200, PAGE])
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      etag: expect.stringMatching(/^"[\w-]+"$/),
      vary: 'accept-encoding',
    })
  })

  it('may load scripts, styles, fonts and data from here alone, and nothing inline', async () => {
    const { headers } = await get('/settings')
    expect(headers.get('content-security-policy')?.split('; ')).toEqual([
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self' data:",
      "font-src 'self'",
      "connect-src 'self'",
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ])
    expect(Object.fromEntries(headers)).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-resource-policy': 'same-origin',
    })
  })

  it('is no operation of the API', async () => {
    const { body } = await api.call('GET', '/openapi.json')
    expect(Object.keys(body.paths).filter((path) => !/^\/(api|healthz|readyz|openapi)/.test(path))).toEqual(
      [],
    )
  })

  it.each(['/settingsx', '/sign-in/', '/sign-in/x', '/index.html', '/assets', '/Settings'])(
    'is not the answer to %s',
    async (path) => {
      const response = await get(path)
      expect([response.status, response.headers.get('content-type')]).toEqual([
        404,
        'application/problem+json',
      ])
    },
  )
})

describe('a file of the build', () => {
  it.each([
    ['index-a1.js', 'text/javascript; charset=utf-8'],
    ['index-b2.css', 'text/css; charset=utf-8'],
    ['icon-c3.svg', 'image/svg+xml'],
    ['dot-d4.png', 'image/png'],
    ['fonts/inter-e5.woff2', 'font/woff2'],
  ])('is sent with its type, to be kept for good: %s', async (name, type) => {
    const { status, headers } = await get(`/assets/${name}?x`)
    expect(status).toBe(200)
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
      'x-content-type-options': 'nosniff',
    })
  })

  it.each([
    { accepted: 'br', encoding: 'br' },
    { accepted: 'gzip, deflate, br, zstd', encoding: 'br' },
    { accepted: 'GZIP;Q=0.5, BR;q=0.1', encoding: 'br' },
    { accepted: 'gzip, br;q=0', encoding: 'gzip' },
    { accepted: 'gzip', encoding: 'gzip' },
    { accepted: 'gzip; q=0', encoding: null },
    { accepted: 'brotli, x-gzip', encoding: null },
    { accepted: 'identity', encoding: null },
    { accepted: '', encoding: null },
    { accepted: ';;q=,,', encoding: null },
  ])('is encoded as accepted: “$accepted” gets $encoding', async ({ accepted, encoding }) => {
    const response = await get('/assets/index-a1.js', { 'accept-encoding': accepted })
    expect([response.headers.get('content-encoding'), response.headers.get('vary')]).toEqual([
      encoding,
      'accept-encoding',
    ])
    expect(await response.text()).toBe(SCRIPT)
  })

  it('is smaller when it is encoded', async () => {
    const lengths = []
    for (const accepted of ['br', 'gzip', 'identity']) {
      const { headers } = await get('/assets/index-a1.js', { 'accept-encoding': accepted }, 'HEAD')
      lengths.push(Number(headers.get('content-length')))
    }
    expect(lengths.toSorted((a, b) => a - b)).toEqual(lengths)
    expect(lengths[2]).toBe(SCRIPT.length)
  })

  it('is not encoded when it is compressed already', async () => {
    const { headers } = await get('/assets/fonts/inter-e5.woff2', { 'accept-encoding': 'br, gzip' })
    expect(headers.get('content-encoding')).toBeNull()
  })

  it.each(['/settings', '/assets/index-a1.js'])('is not sent again to who has it: %s', async (path) => {
    const encodings = ['br', 'gzip', 'identity']
    const tags: string[] = []
    for (const encoding of encodings) {
      const first = await get(path, { 'accept-encoding': encoding })
      const tag = first.headers.get('etag') ?? ''
      tags.push(tag)
      for (const method of ['GET', 'HEAD']) {
        const known = { 'accept-encoding': encoding, 'if-none-match': `"other", W/${tag}` }
        const again = await get(path, known, method)
        expect([again.status, again.headers.get('etag'), await again.text()]).toEqual([304, tag, ''])
        expect(again.headers.get('cache-control')).toBe(first.headers.get('cache-control'))
      }
    }
    expect(new Set(tags).size).toBe(encodings.length)
    expect((await get(path, { 'accept-encoding': 'identity', 'if-none-match': tags[0]! })).status).toBe(200)
  })

  it('is answered to HEAD like to GET, without the file', async () => {
    const [head, full] = [await get('/assets/index-a1.js', {}, 'HEAD'), await get('/assets/index-a1.js')]
    expect([head.status, await head.text()]).toEqual([200, ''])
    for (const name of ['content-type', 'content-length', 'etag', 'cache-control']) {
      expect(head.headers.get(name)).toBe(full.headers.get(name))
    }
  })
})

describe('nothing but the files of the build', () => {
  it.each([
    '/assets/',
    '/assets/missing.js',
    '/assets/notes.txt',
    '/assets/link.js',
    '/assets/fonts',
    '/assets/../index.html',
    '/assets/../../secret.js',
    '/assets/..%2f..%2fsecret.js',
    '/assets/%2e%2e/%2e%2e/secret.js',
    '/assets/..\\..\\secret.js',
    '/assets//index-a1.js',
    '/assets/./index-a1.js',
    '/assets/index-a1.js/',
    '/assets/index-a1.js%00',
    '/assets/constructor',
    '/assets//etc/passwd',
    '/../secret.js',
  ])('can be reached under /assets: %s', async (path) => {
    const answer = await sendRaw(api.port, `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`)
    expect(answer).toMatch(/^HTTP\/1\.1 404 /)
    expect(answer).toContain('"code":"route_not_found"')
    expect(answer).toContain('cache-control: no-store')
  })
})

describe('before the page was built', () => {
  it('the answer says how to build it, while the API works; afterwards it is the page', async () => {
    const later = join(directory, 'later')
    const own = await startApi({ uiDirectory: later })
    const page = await fetch(`${own.origin}/settings/integrations/webhooks`)
    expect([page.status, page.headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(await page.text()).toContain('run <code>pnpm build</code>')
    expect((await fetch(`${own.origin}/assets/index-a1.js`)).status).toBe(404)
    expect((await own.call('GET', '/api/webhooks', { key: own.keys.admin })).status).toBe(200)
    expect((await fetch(`${own.origin}/docs`)).status).toBe(200)
    mkdirSync(later)
    expect((await fetch(`${own.origin}/settings`)).status).toBe(503)
    // Nothing of it is read until it is complete: of a build without its page, each request would read all.
    mkdirSync(join(later, 'assets'))
    writeFileSync(join(later, 'assets/index-a1.js'), SCRIPT)
    expect((await fetch(`${own.origin}/assets/index-a1.js`)).status).toBe(404)
    writeFileSync(join(later, 'index.html'), PAGE)
    expect((await fetch(`${own.origin}/settings`)).status).toBe(200)
    expect((await fetch(`${own.origin}/assets/index-a1.js`)).status).toBe(200)
    await own.close()
  })
})
