import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Check } from '../check.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import type { Subpath } from './subpath.ts'

/** Where and what to compile. */
export interface TypeCheckInput {
  /** A project with the packages installed. */
  readonly directory: string
  readonly subpaths: readonly Subpath[]
  /** Whether `@types/node` is installed there; a browser's types take its place otherwise. */
  readonly hasNodeTypes: boolean
}

const compilers = {
  '5.9': () => join(root, 'compat/node_modules/typescript-5.9'),
  '7': () => dirname(createRequire(join(root, 'package.json')).resolve('typescript/package.json')),
}

const resolutions = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'esnext', moduleResolution: 'bundler' },
}

/**
 * Compiles the consumer's code and an import of every subpath with each compiler, module resolution and strictness; as
 * ESM, and where the resolution tells them apart as CommonJS too. The packages' declarations are checked with it.
 */
export async function typeChecks(input: TypeCheckInput): Promise<readonly Check[]> {
  const { directory, hasNodeTypes } = input
  await writeSources(input)
  const environment = hasNodeTypes ? 'with @types/node' : 'without @types/node'
  return Object.entries(compilers).flatMap(([version, compiler]) =>
    Object.entries(resolutions).flatMap(([resolution, options]) =>
      [true, false].map((exactOptionalPropertyTypes) => ({
        group: `types, TypeScript ${version}, ${resolution}`,
        name: `${environment}, exactOptionalPropertyTypes ${exactOptionalPropertyTypes ? 'on' : 'off'}`,
        run: async () => {
          const project = `tsconfig.${version}.${resolution}.${exactOptionalPropertyTypes}.json`
          await writeFile(
            join(directory, project),
            JSON.stringify({
              compilerOptions: {
                ...options,
                ...(hasNodeTypes
                  ? { lib: ['es2024'], types: ['node'] }
                  : { lib: ['es2024', 'dom'], types: [] }),
                target: 'es2023',
                strict: true,
                noEmit: true,
                skipLibCheck: false,
                exactOptionalPropertyTypes,
              },
              include: resolution === 'nodenext' ? ['esm', 'commonjs'] : ['esm'],
            }),
          )
          await runCommand(process.execPath, [join(compiler(), 'bin/tsc'), '-p', project], { cwd: directory })
        },
      })),
    ),
  )
}

async function writeSources({ directory, subpaths }: TypeCheckInput): Promise<void> {
  const imports = subpaths.map(({ specifier }, index) => `import * as module${index} from '${specifier}'\n`)
  const text = `${imports.join('')}export const modules = [${subpaths.map((_, index) => `module${index}`).join(', ')}]\n`
  for (const [format, extension] of [
    ['esm', 'mts'],
    ['commonjs', 'cts'],
  ] as const) {
    const folder = join(directory, format)
    await mkdir(folder)
    await writeFile(join(folder, `subpaths.${extension}`), text)
    await copyFile(join(root, 'compat/consumers/receiver.ts'), join(folder, `receiver.${extension}`))
  }
}
