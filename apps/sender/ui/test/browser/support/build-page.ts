import { existsSync, globSync, statSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'

const root = join(import.meta.dirname, '../../..')
const built = join(root, 'dist')

/**
 * Builds the page to where the sender serves it from, unless nothing has changed since. With `SKIP_BUILD=1` the last build
 * is tested, whatever has changed.
 */
export async function buildPage(): Promise<void> {
  if (process.env['SKIP_BUILD'] === '1' || isUpToDate()) return
  const outDir = join(root, `dist-${process.pid}`)
  await build({ root, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  // At once, as a sender may be about to read it.
  const old = `${outDir}-old`
  if (existsSync(built)) await rename(built, old)
  await rename(outDir, built)
  await rm(old, { recursive: true, force: true })
}

function isUpToDate(): boolean {
  const page = join(built, 'index.html')
  if (!existsSync(page)) return false
  const builtAt = statSync(page).mtimeMs
  const sources = globSync(['src/**', 'index.html', 'vite.config.ts', 'package.json'], { cwd: root })
  return sources.every((path) => statSync(join(root, path)).mtimeMs < builtAt)
}
