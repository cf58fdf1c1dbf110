import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { delimiter, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import { bundleGuest } from './build-guests.ts'
import type { VectorOutcome } from './outcome.ts'
import type { Runtime } from './runtime.ts'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** A real browser, where the core is a bundle and cryptography is WebCrypto. */
export const chromium: Runtime = {
  family: 'chromium',
  name: 'chromium',
  crypto: 'web',
  locate: async () => {
    const { CHROME_PATH, PATH = '' } = process.env
    const candidates = PATH.split(delimiter).flatMap((folder) => names.map((name) => join(folder, name)))
    const program = CHROME_PATH ?? candidates.find((candidate) => existsSync(candidate))
    if (program !== undefined) return program
    throw new Error('There is no Chromium: `apt-get install chromium`, or set CHROME_PATH to one.')
  },
  version: async (program) => {
    const output = await runCommand(program, ['--version'], { cwd: root })
    return /[\d.]+/.exec(output)?.[0] ?? output.trim()
  },
  runVectors: async ({ program, directory }) => {
    const bundle = await bundleGuest(join(directory, 'post-vectors.js'), 'page', ['browser'])
    return openPage(program, await readFile(bundle), join(directory, 'chromium-profile'))
  },
  // A page cannot listen.
  subjects: () => [],
  stores: () => [],
}

/** Serves a page with one script and opens it, until the script has posted its outcome. */
async function openPage(program: string, script: Buffer, profile: string): Promise<VectorOutcome> {
  const posted = Promise.withResolvers<string>()
  await using server = await servePage(script, posted.resolve)
  const args = [
    '--headless',
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--no-first-run',
    // It refuses to run as root otherwise; the page is this repository's own.
    ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
    `--user-data-dir=${profile}`,
    // A secure context, without which there is no `crypto.subtle`.
    `http://localhost:${server.port}/`,
  ]
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  const closed = once(child, 'close')
  const printed: string[] = []
  child.stderr.on('data', (chunk) => printed.push(String(chunk)))
  const timeout = setTimeout(() => child.kill('SIGKILL'), 60_000)
  try {
    const outcome = await Promise.race([posted.promise, closed.then(() => undefined)])
    if (outcome === undefined)
      throw new Error(`Chromium stopped before the page was done:\n${printed.join('')}`)
    const parsed: VectorOutcome = JSON.parse(outcome)
    return parsed
  } finally {
    clearTimeout(timeout)
    child.kill()
    await closed
  }
}

async function servePage(
  script: Buffer,
  onOutcome: (outcome: string) => void,
): Promise<AsyncDisposable & { readonly port: number }> {
  const server: Server = createServer((request, response) => {
    if (request.method === 'POST') {
      void text(request).then((body) => onOutcome(body))
      response.end()
      return
    }
    const isScript = request.url === '/script.js'
    response.setHeader('content-type', isScript ? 'text/javascript' : 'text/html')
    response.end(isScript ? script : '<script type="module" src="/script.js"></script>')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (typeof address !== 'object' || !address) throw new Error('The page has no address.')
  return {
    port: address.port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
