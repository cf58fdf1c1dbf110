import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installedVersion } from '../consumers/consumer.ts'
import { root } from '../pnpm.ts'

/** A quickstart of a README, and how it is followed. */
export interface Quickstart {
  readonly name: string
  /** Where its code is, from the repository's root: the first block of TypeScript, and where there is one `npm install`. */
  readonly readme: string
  /** What the code is saved as. */
  readonly file: string
  /** What else its readers have installed, with versions. */
  readonly besides: readonly string[]
  /** The example that the code is compiled from: the versions of the frameworks are those that it is tested with. */
  readonly example: string
  /** Changes of the package.json that `npm init` wrote: what to give to `npm pkg`. */
  readonly manifest: readonly string[]
  /** Scripts to run with Node before the start, with their arguments. */
  readonly build: readonly (readonly string[])[]
  /** The script to start with Node, with its arguments. */
  readonly start: (port: number) => readonly string[]
  /** What it prints once it listens. */
  readonly ready: RegExp
  /** The path of the endpoint. */
  readonly path: string
}

/** What a quickstart's README says. */
export interface Instructions {
  /** The code, word for word. */
  readonly code: string
  /** The packages to install, those of this repository by their names, all others with a version. */
  readonly packages: readonly string[]
}

const next = 'node_modules/next/dist/bin/next'

const server = {
  file: 'server.mjs',
  besides: [],
  manifest: [],
  build: [],
  start: () => ['server.mjs'],
  ready: /^Receiving webhooks on/,
  path: '/webhooks',
}

/** The quickstarts that are followed. */
export const quickstarts: readonly Quickstart[] = [
  { ...server, name: 'Express', readme: 'packages/webhooks-express/README.md', example: 'examples/express' },
  { ...server, name: 'Fastify', readme: 'packages/webhooks-fastify/README.md', example: 'examples/fastify' },
  { ...server, name: 'Hono', readme: 'packages/webhooks-hono/README.md', example: 'examples/hono' },
  {
    name: 'Next.js',
    readme: 'examples/next/README.md',
    example: 'examples/next',
    file: 'app/api/webhooks/route.ts',
    // What create-next-app installs for TypeScript.
    besides: [
      '@complywise/webhooks',
      'next@16.4.6',
      'react@19.3.1',
      'react-dom@19.3.1',
      'typescript@5.9.3',
      '@types/node@24.19.2',
      '@types/react@19.3.0',
    ],
    // npm says CommonJS, and create-next-app nothing.
    manifest: ['delete', 'type'],
    build: [[next, 'build']],
    start: (port) => [next, 'start', '--port', String(port), '--hostname', '127.0.0.1'],
    ready: /Ready in/,
    path: '/api/webhooks',
  },
]

/**
 * Reads what a quickstart tells its readers to do.
 *
 * @throws {Error} when its README has no code.
 */
export async function readInstructions({ readme, example, besides }: Quickstart): Promise<Instructions> {
  const text = await readFile(join(root, readme), 'utf8')
  const code = /^```ts\n(.*?)^```$/ms.exec(text)?.[1]
  if (code === undefined) throw new Error(`${readme} has no block of TypeScript.`)
  const names = /^npm install (.*)$/m.exec(text)?.[1]?.split(' ') ?? []
  const packages = names.map(async (name) =>
    name.startsWith('@complywise/') ? name : `${name}@${await installedVersion(join(root, example), name)}`,
  )
  return { code, packages: [...(await Promise.all(packages)), ...besides] }
}
