import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fetchParsers } from '../../../packages/webhooks-conformance/src/fixture/fetch-parsers.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import { type StartedServer, startServer } from '../start-server.ts'
import { bundleGuest } from './build-guests.ts'
import { resetUnsteady, workerdExceptions } from './exceptions.ts'
import type { CryptoBuild, VectorOutcome } from './outcome.ts'
import type { Runtime, Site } from './runtime.ts'

/** A way in which a bundle comes to its build of `#crypto`. */
interface WorkerdRuntime {
  readonly name: string
  readonly crypto: CryptoBuild
  /** The export conditions of the bundle. */
  readonly conditions: readonly string[]
  /** The compatibility flags of the worker. */
  readonly flags: readonly string[]
}

const compatibilityDate = '2026-11-01'

/** Those of wrangler's bundler, with and without Node's modules. */
const conditions = ['workerd', 'worker', 'browser']

/** Cloudflare's runtime. */
export const workerdRuntimes: readonly Runtime[] = [
  { name: 'workerd', crypto: 'web', conditions, flags: [] } as const,
  { name: 'workerd compat', crypto: 'web', conditions, flags: ['nodejs_compat'] } as const,
  {
    name: 'workerd node',
    crypto: 'node',
    conditions: [...conditions, 'node'],
    flags: ['nodejs_compat'],
  } as const,
].map(workerdRuntime)

function workerdRuntime({ name, crypto, conditions, flags }: WorkerdRuntime): Runtime {
  return {
    family: 'workerd',
    name,
    crypto,
    locate: async () => {
      // Not `.bin/workerd`, a script that starts it as a second process, which would outlive a killed first one.
      const { default: program }: { default: string } = createRequire(import.meta.url)('workerd')
      return program
    },
    version: async (program) => {
      const output = await runCommand(program, ['--version'], { cwd: root })
      return output.trim().replace('workerd ', '')
    },
    runVectors: async (site) => {
      const server = await startWorker(site)
      try {
        const response = await fetch(`${server.url}/vectors`, { signal: AbortSignal.timeout(60_000) })
        const text = await response.text()
        if (!response.ok) throw new Error(`workerd answered ${response.status}: ${text}`)
        const outcome: VectorOutcome = JSON.parse(text)
        return outcome
      } finally {
        await server.close()
      }
    },
    subjects: (site) => [
      {
        name: 'fetch',
        start: () => startWorker(site),
        exceptions: workerdExceptions,
        unsteady: resetUnsteady,
        parsers: fetchParsers,
      },
    ],
    stores: () => [],
  }

  async function startWorker({ program, directory }: Site): Promise<StartedServer> {
    const id = name.replaceAll(/\W+/g, '-')
    await bundleGuest(join(directory, 'worker.js'), id, conditions)
    await writeFile(join(directory, `${id}.capnp`), workerConfig(`${id}.js`, flags))
    // On descriptor 1, standard output, it says in JSON where it listens.
    const args = ['serve', `${id}.capnp`, '--control-fd=1']
    return startServer({ program, args, cwd: directory, findOrigin })
  }
}

function findOrigin(line: string): string | undefined {
  if (!line.startsWith('{"event":"listen"')) return undefined
  const { port }: { port: number } = JSON.parse(line)
  return `http://127.0.0.1:${port}`
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
