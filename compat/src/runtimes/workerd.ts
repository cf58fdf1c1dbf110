import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import { bundleGuest } from './build-guest.ts'
import type { Outcome } from './outcome.ts'
import type { Runtime } from './runtime.ts'

const compatibilityDate = '2026-11-01'

/** The conditions of wrangler's bundler, with and without Node's modules. */
const conditions = ['workerd', 'worker', 'browser']

/** Cloudflare's runtime, in the ways in which a bundle comes to its build of `#crypto`. */
export const workerdRuntimes: readonly Runtime[] = [
  workerdRuntime('workerd', 'web', conditions, []),
  workerdRuntime('workerd, nodejs_compat', 'web', conditions, ['nodejs_compat']),
  workerdRuntime(
    'workerd, nodejs_compat, condition node',
    'node',
    [...conditions, 'node'],
    ['nodejs_compat'],
  ),
]

function workerdRuntime(
  name: string,
  crypto: Runtime['crypto'],
  bundleConditions: readonly string[],
  flags: readonly string[],
): Runtime {
  return {
    family: 'workerd',
    name,
    crypto,
    locate: async () => {
      // Not `.bin/workerd`: that script does not hand on the pipe for control messages.
      const { default: program }: { default: string } = createRequire(import.meta.url)('workerd')
      return program
    },
    version: async (program) =>
      (await runCommand(program, ['--version'], { cwd: root })).trim().split(' ')[1]!,
    runVectors: async (program, directory) => {
      const id = ['worker', crypto, ...flags].join('-')
      const bundle = await bundleGuest(join(directory, 'answer-vectors.js'), id, bundleConditions)
      await using worker = await startWorker(program, bundle, flags)
      const response = await fetch(worker.url, { signal: AbortSignal.timeout(60_000) })
      const text = await response.text()
      if (!response.ok) throw new Error(`workerd answered ${response.status}: ${text}`)
      const outcome: Outcome = JSON.parse(text)
      return outcome
    },
  }
}

/** A worker that listens on this machine. */
export interface Worker extends AsyncDisposable {
  readonly url: string
}

/**
 * Starts workerd with one bundled module.
 *
 * @param flags its compatibility flags.
 * @throws {Error} with what it printed, when it does not listen.
 */
export async function startWorker(
  program: string,
  bundle: string,
  flags: readonly string[],
): Promise<Worker> {
  const config = bundle.replace(/\.js$/, '.capnp')
  await writeFile(config, workerConfig(basename(bundle), flags))
  const child = spawn(program, ['serve', config, '--control-fd=3'], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  })
  const closed = once(child, 'close')
  const printed: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => printed.push(String(chunk)))
  }
  const control = child.stdio[3]
  if (!(control instanceof Readable)) throw new Error('There is no pipe for the control messages.')
  for await (const line of createInterface({ input: control })) {
    const message: { event: string; port: number } = JSON.parse(line)
    if (message.event !== 'listen') continue
    return {
      url: `http://127.0.0.1:${message.port}/`,
      [Symbol.asyncDispose]: async () => {
        child.kill('SIGKILL')
        await closed
      },
    }
  }
  throw new Error(`workerd stopped before it listened:\n${printed.join('')}`)
}

function workerConfig(module: string, flags: readonly string[]): string {
  return `using Workerd = import "/workerd/workerd.capnp";

const config :Workerd.Config = (
  services = [(name = "main", worker = .worker)],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);

const worker :Workerd.Worker = (
  modules = [(name = "${module}", esModule = embed "${module}")],
  compatibilityDate = "${compatibilityDate}",
  compatibilityFlags = [${flags.map((flag) => `"${flag}"`).join(', ')}],
);
`
}
