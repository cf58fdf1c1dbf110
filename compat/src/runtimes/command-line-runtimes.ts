import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'
import type { Outcome } from './outcome.ts'
import type { Runtime } from './runtime.ts'

/** The runtimes that run a file and print. */
export const commandLineRuntimes: readonly Runtime[] = [
  // The oldest Node that the packages support.
  commandLineRuntime('node', '22', installed('node-22/bin/node'), []),
  commandLineRuntime('node', '24', () => process.execPath, []),
  commandLineRuntime('node', '26', installed('node-26/bin/node'), []),
  commandLineRuntime('bun', '', installed('bun/bin/bun.exe'), ['run']),
  // No permission is granted: the core needs none.
  commandLineRuntime('deno', '', installed('deno/deno'), ['run', '--no-prompt', '--node-modules-dir=manual']),
]

function commandLineRuntime(
  family: string,
  line: string,
  path: () => string,
  run: readonly string[],
): Runtime {
  return {
    family,
    name: `${family} ${line}`.trim(),
    crypto: 'node',
    locate: async () => {
      const program = path()
      if (existsSync(program)) return program
      throw new Error(`${program} is not there: the npm package of ${family} has none for this platform.`)
    },
    version: async (program) => {
      const [line = ''] = (await runCommand(program, ['--version'], { cwd: root })).split('\n')
      return /\d+\.\d+\.\d+/.exec(line)?.[0] ?? line
    },
    runVectors: async (program, directory) => {
      const outcome: Outcome = JSON.parse(
        await runCommand(program, [...run, 'print-vectors.js'], { cwd: directory }),
      )
      return outcome
    },
  }
}

/** The programs themselves: the scripts in `.bin` start them as a second process, which would outlive a killed first one. */
function installed(path: string): () => string {
  return () => join(root, 'compat/node_modules', path)
}
