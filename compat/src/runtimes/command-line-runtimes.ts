import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fetchParsers } from '../../../packages/webhooks-conformance/src/fixture/fetch-parsers.ts'
import type { Exceptions } from '../../../packages/webhooks-conformance/src/subject.ts'
import { firstMediaTypeOnly } from '../../../packages/webhooks-conformance/src/subjects/exceptions.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import { startServer } from '../start-server.ts'
import { bunExceptions } from './exceptions.ts'
import type { Outcome, VectorOutcome } from './outcome.ts'
import type { Runtime } from './runtime.ts'

/** A runtime that runs a file and prints. */
interface CommandLineRuntime {
  readonly family: string
  readonly name: string
  readonly program: string
  /** Ahead of the file. */
  readonly run: readonly string[]
  /** The same where it has to listen. */
  readonly serve: readonly string[]
  readonly servers: readonly GuestServer[]
  readonly stores: readonly GuestStore[]
}

/** An adapter, and the guest that serves it. */
interface GuestServer {
  readonly adapter: 'fetch' | 'node:http'
  readonly guest: string
  readonly exceptions?: Exceptions
}

/** A store, and the guest that tries it with a file. */
interface GuestStore {
  readonly name: string
  readonly guest: string
  /** Ahead of the file, in place of `run`. */
  readonly run: readonly string[]
}

// The programs themselves: the scripts in `.bin` start them as a second process, which would outlive a killed first one.
const installed = join(root, 'compat/node_modules')

const node = {
  family: 'node',
  run: [],
  serve: [],
  servers: [
    { adapter: 'fetch', guest: 'serve-fetch' },
    { adapter: 'node:http', guest: 'serve-node', exceptions: firstMediaTypeOnly },
  ],
  stores: [{ name: 'sqlite store', guest: 'print-sqlite-node', run: [] }],
} as const

const deno = ['run', '--no-prompt', '--node-modules-dir=manual']

/** The runtimes that have a command line. */
export const commandLineRuntimes: readonly Runtime[] = [
  {
    ...node,
    // The oldest that the packages support; it has `node:sqlite` behind a flag, as Node had until 22.13.
    name: 'node 22',
    program: join(installed, 'node-22/bin/node'),
    stores: [{ ...node.stores[0], run: ['--experimental-sqlite'] }],
  },
  { ...node, name: 'node 24', program: process.execPath },
  { ...node, name: 'node 26', program: join(installed, 'node-26/bin/node') },
  {
    family: 'bun',
    name: 'bun',
    program: join(installed, 'bun/bin/bun.exe'),
    run: ['run'],
    serve: ['run'],
    servers: [{ adapter: 'fetch', guest: 'serve-bun', exceptions: bunExceptions } as const],
    stores: [
      { name: 'sqlite store', guest: 'print-sqlite-node', run: ['run'] },
      { name: 'sqlite store on bun:sqlite', guest: 'print-sqlite-bun', run: ['run'] },
    ],
  },
  {
    family: 'deno',
    name: 'deno',
    program: join(installed, 'deno/deno'),
    // Without any permission: the core needs none.
    run: deno,
    serve: [...deno, '--allow-net'],
    servers: [{ adapter: 'fetch', guest: 'serve-deno' } as const],
    stores: [
      {
        name: 'sqlite store',
        guest: 'print-sqlite-node',
        run: [...deno, '--allow-read=.', '--allow-write=.'],
      },
    ],
  },
].map(commandLineRuntime)

function commandLineRuntime(runtime: CommandLineRuntime): Runtime {
  const { family, name, run, serve, servers, stores } = runtime
  return {
    family,
    name,
    crypto: 'node',
    locate: async () => {
      if (existsSync(runtime.program)) return runtime.program
      throw new Error(`${runtime.program} is not there: its npm package has none for this platform.`)
    },
    version: async (program) => {
      const output = await runCommand(program, ['--version'], { cwd: root })
      return /\d+\.\d+\.\d+/.exec(output)?.[0] ?? output.trim()
    },
    runVectors: async ({ program, directory }) => {
      const output = await runCommand(program, [...run, 'print-vectors.js'], { cwd: directory })
      const outcome: VectorOutcome = JSON.parse(output)
      return outcome
    },
    subjects: ({ program, directory }) =>
      servers.map(({ adapter, guest, exceptions = {} }) => ({
        name: adapter,
        start: () => startServer({ program, args: [...serve, `${guest}.js`], cwd: directory }),
        exceptions,
        parsers: adapter === 'fetch' ? fetchParsers : [],
      })),
    stores: ({ program, directory }) =>
      stores.map((store) => ({
        name: store.name,
        run: async () => {
          const file = `${name}-${store.guest}.sqlite`.replaceAll(' ', '-')
          const output = await runCommand(program, [...store.run, `${store.guest}.js`, file], {
            cwd: directory,
          })
          const outcome: Outcome = JSON.parse(output)
          return outcome
        },
      })),
  }
}
