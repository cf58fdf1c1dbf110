import { deepStrictEqual, ok } from 'node:assert'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Check } from '../check.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import type { Subpath } from './subpath.ts'

/** The oldest Node that the packages support, and the one that this runs on. */
const programs = [join(root, 'compat/node_modules/node-22/bin/node'), process.execPath]

/** Imports and requires every subpath on each Node; both have to give the same, and something. */
export async function importChecks(
  directory: string,
  subpaths: readonly Subpath[],
): Promise<readonly Check[]> {
  const nodes = await Promise.all(
    programs.map(async (program) => ({
      program,
      version: (await runCommand(program, ['--version'], { cwd: root })).trim(),
    })),
  )
  await writeFile(
    join(directory, 'import.mjs'),
    'console.log(JSON.stringify(Object.keys(await import(process.argv[2]))))\n',
  )
  await writeFile(
    join(directory, 'require.cjs'),
    'console.log(JSON.stringify(Object.keys(require(process.argv[2]))))\n',
  )
  return nodes.flatMap(({ program, version }) =>
    subpaths.map(({ specifier }) => ({
      group: `import and require, Node ${version}`,
      name: specifier,
      run: async () => {
        const [imported, required] = await Promise.all(
          ['import.mjs', 'require.cjs'].map((file) => keysOf(program, [file, specifier], directory)),
        )
        ok(imported!.length > 0, 'it exports nothing')
        deepStrictEqual(required, imported)
      },
    })),
  )
}

async function keysOf(program: string, args: readonly string[], cwd: string): Promise<readonly string[]> {
  const keys: readonly string[] = JSON.parse(await runCommand(program, args, { cwd }))
  // Node adds these to what `require` gives of a module.
  return keys.filter((key) => key !== '__esModule' && key !== 'module.exports')
}
