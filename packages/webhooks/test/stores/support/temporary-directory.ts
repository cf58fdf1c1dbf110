import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A directory of its own for a server, removed by `remove`. */
export async function temporaryDirectory() {
  const path = await mkdtemp(join(tmpdir(), 'complywise-webhooks-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
