import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packPackages } from '../pack-packages.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'

/** A folder outside the repository in which the core is installed as its users have it. */
export interface Stage extends AsyncDisposable {
  readonly directory: string
}

const core = '@complywise/webhooks'

/** Packs the core and unpacks it, with zod beside it, into `node_modules` of a new folder. */
export async function createStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'complywise-runtimes-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(directory, { recursive: true, force: true }))
  const packed = (await packPackages(directory)).find(({ name }) => name === core)!
  const target = join(directory, 'node_modules', core)
  await mkdir(target, { recursive: true })
  await runCommand('tar', ['-xzf', packed.tarball, '-C', target, '--strip-components=1'], { cwd: root })
  await cp(join(packed.directory, 'node_modules/zod'), join(directory, 'node_modules/zod'), {
    recursive: true,
    dereference: true,
  })
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n')
  const kept = cleanup.move()
  return { directory, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}
