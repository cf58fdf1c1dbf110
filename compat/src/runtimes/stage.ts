import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import conformance from '../../../packages/webhooks-conformance/package.json' with { type: 'json' }
import { packPackages } from '../pack-packages.ts'
import { root } from '../pnpm.ts'
import { runCommand } from '../run-command.ts'

/** A folder outside the repository in which the packages are installed as their users have them. */
export interface Stage extends AsyncDisposable {
  readonly directory: string
}

/** Packs the packages and unpacks them, with what the core and the conformance suite depend on, into `node_modules`. */
export async function createStage(): Promise<Stage> {
  const directory = await mkdtemp(join(tmpdir(), 'complywise-runtimes-'))
  await using cleanup = new AsyncDisposableStack()
  cleanup.defer(() => rm(directory, { recursive: true, force: true }))
  const modules = join(directory, 'node_modules')
  for (const { name, tarball } of await packPackages(directory)) {
    const target = join(modules, name)
    await mkdir(target, { recursive: true })
    await runCommand('tar', ['-xzf', tarball, '-C', target, '--strip-components=1'], { cwd: root })
  }
  await link('packages/webhooks', 'zod', modules)
  const frameworks = Object.keys(conformance.dependencies).filter((name) => !name.startsWith('@complywise/'))
  for (const name of frameworks) await link('packages/webhooks-conformance', name, modules)
  await writeFile(join(directory, 'package.json'), '{ "type": "module" }\n')
  const kept = cleanup.move()
  return { directory, [Symbol.asyncDispose]: () => kept.disposeAsync() }
}

/** Links a dependency of one of the workspace's packages, whose own dependencies are found beside its real place. */
async function link(owner: string, name: string, modules: string): Promise<void> {
  const target = join(modules, name)
  await mkdir(dirname(target), { recursive: true })
  await symlink(await realpath(join(root, owner, 'node_modules', name)), target, 'junction')
}
