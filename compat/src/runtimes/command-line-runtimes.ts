import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Exceptions, Subject } from '../../../packages/webhooks-conformance/src/subject.ts'
import { fetchSubject } from '../../../packages/webhooks-conformance/src/subjects/fetch.ts'
import { lambdaSubjects } from '../../../packages/webhooks-conformance/src/subjects/lambda.ts'
import { subjects } from '../../../packages/webhooks-conformance/src/subjects/subjects.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import { startServer } from '../start-server.ts'
import { bunFetchExceptions, bunHonoExceptions, denoNodeUnsteady, resetUnsteady } from './exceptions.ts'
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

/** A subject, served by a guest on the runtime. */
interface GuestServer {
  readonly subject: Subject
  /** The guest's file, and what it is given. */
  readonly guest: readonly string[]
  /** Besides those of the subject. */
  readonly exceptions?: Exceptions
  readonly unsteady?: Exceptions
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
  servers: subjects.map(served),
  stores: [{ name: 'sqlite store', guest: 'print-sqlite-node', run: [] }],
}

const deno = ['run', '--no-prompt', '--node-modules-dir=manual']

/** Those that make sense wherever there is `node:http`. */
const serverSubjects = subjects.filter(
  (subject) => subject !== fetchSubject && !lambdaSubjects.includes(subject),
)

/** The runtimes that have a command line. */
export const commandLineRuntimes: readonly Runtime[] = [
  {
    ...node,
    // The oldest that the packages support; it has `node:sqlite` behind a flag, as Node had until 22.13.
    name: 'node 22',
    program: join(installed, 'node-22/bin/node'),
    stores: node.stores.map((store) => ({ ...store, run: ['--experimental-sqlite'] })),
  },
  { ...node, name: 'node 24', program: process.execPath },
  { ...node, name: 'node 26', program: join(installed, 'node-26/bin/node') },
  {
    family: 'bun',
    name: 'bun',
    program: join(installed, 'bun/bin/bun.exe'),
    run: ['run'],
    serve: ['run'],
    servers: [
      { subject: fetchSubject, guest: ['serve-bun.js'], exceptions: bunFetchExceptions },
      ...serverSubjects
        .map(served)
        .map((server) =>
          server.subject.name === 'hono' ? { ...server, exceptions: bunHonoExceptions } : server,
        ),
    ],
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
    // The frameworks look at files and the environment.
    serve: [...deno, '--allow-net', '--allow-read', '--allow-env', '--allow-sys'],
    servers: [
      { subject: fetchSubject, guest: ['serve-deno.js'], unsteady: resetUnsteady },
      ...serverSubjects.map(served).map((server) => ({ ...server, unsteady: denoNodeUnsteady })),
    ],
    stores: [
      {
        name: 'sqlite store',
        guest: 'print-sqlite-node',
        run: [...deno, '--allow-read=.', '--allow-write=.'],
      },
    ],
  },
].map(commandLineRuntime)

function served(subject: Subject): GuestServer {
  return { subject, guest: ['serve-subject.js', subject.name] }
}

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
      servers.map(({ subject, guest, exceptions = {}, unsteady = {} }) => ({
        ...subject,
        start: () => startServer({ program, args: [...serve, ...guest], cwd: directory }),
        exceptions: { ...subject.exceptions, ...exceptions },
        unsteady,
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
