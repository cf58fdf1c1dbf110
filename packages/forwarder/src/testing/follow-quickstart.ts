import { execFile, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'

/** A README to follow, and what stands in it for what only its reader has. */
export interface Quickstart {
  /** The folder of the app. */
  readonly root: URL
  /** As it is called on the command line. */
  readonly name: string
  /** Texts of the README by what to read instead, such as a token. */
  readonly instead: Readonly<Record<string, string>>
  /** Variables besides those that the README sets. */
  readonly environment: Readonly<Record<string, string>>
  /** Called after each request of the README. */
  afterRequest(answer: string): void
}

/**
 * Runs the commands of an app's README in its order, with `bash`, `openssl` and `curl`: settings, `check` and `serve`, each
 * request (the first twice, as it says), then what it tries out.
 *
 * @returns what the last commands have printed.
 * @throws {Error} when a command fails, or the process does not start or stop as it should.
 */
export async function followQuickstart(quickstart: Quickstart): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'quickstart-'))
  const [start = '', first = '', second = '', last = ''] = blocksOf(quickstart)
  const main = new URL('src/main.ts', quickstart.root).pathname
  // What the repository's script of that name runs.
  const script = `#!/bin/sh\nshift\nexec '${process.execPath}' --conditions=@complywise/source '${main}' "$@"\n`
  writeFileSync(join(directory, 'pnpm'), script, { mode: 0o755 })
  const env = {
    PATH: `${directory}:${process.env['PATH']}`,
    FORWARDER_PORT: '0',
    FORWARDER_OPERATIONS_PORT: '0',
    ...quickstart.environment,
  }
  const settings = start.replace(/^pnpm .*$/gm, '')
  const server = spawn('bash', ['--norc', '-euc', start.replace(/^(pnpm \S+ serve)$/m, 'exec $1')], {
    cwd: directory,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exited = new Promise<number | null>((resolve) => {
    server.once('exit', resolve)
  })
  let output = ''
  server.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  try {
    const url = await new Promise<string>((resolve, reject) => {
      createInterface({ input: server.stdout }).on('line', (line) => {
        output += `${line}\n`
        const [, found] = /"url":"([^"]+)"/.exec(line) ?? []
        if (found !== undefined) resolve(found)
      })
      server.once('exit', (code) => {
        reject(new Error(`It ended with ${code}: ${output}`))
      })
    })
    const run = async (block: string): Promise<string> => {
      const commands = `${settings}\n${block.replaceAll('localhost:3000/webhooks', url)}`
      const { stdout } = await promisify(execFile)('bash', ['--norc', '-euc', commands], {
        cwd: directory,
        env,
      })
      return stdout
    }
    for (const block of [first, first, second]) quickstart.afterRequest(await run(block))
    const printed = await run(last)
    server.kill('SIGTERM')
    const code = await exited
    if (code !== 0) throw new Error(`It ended with ${code}: ${output}`)
    return printed
  } finally {
    server.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  }
}

function blocksOf({ root, instead }: Quickstart): readonly string[] {
  const readme = readFileSync(new URL('README.md', root), 'utf8')
  const blocks = Array.from(readme.matchAll(/^```sh\n(.*?)^```/gms), ([, block = '']) => block)
  return blocks.map((block) =>
    Object.entries(instead).reduce((text, [written, value]) => text.replaceAll(written, value), block),
  )
}
