import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { createCertificates } from '../../test/dispatch/support/certificates.ts'
import { type Hostility, hostilities } from './hostilities.ts'
import type { Scene } from './scene.ts'

const portOf = z.record(z.enum(hostilities), z.int())

/** Starts an endpoint for every hostility; returns their URLs. They end with the scene. */
export async function startHostileEndpoints(scene: Scene): Promise<ReadonlyMap<Hostility, string>> {
  const { selfSigned } = createCertificates()
  const child = fork(
    fileURLToPath(new URL('hostile-endpoints.ts', import.meta.url)),
    [JSON.stringify(selfSigned)],
    { execArgv: ['--conditions=@complywise/source'], detached: true },
  )
  scene.defer(async () => child.kill('SIGKILL'))
  const [ports] = await once(child, 'message')
  return new Map(
    Object.entries(portOf.parse(ports)).map(([hostility, port]) => {
      const scheme = hostility === 'has a certificate that nobody trusts' ? 'https' : 'http'
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record of an enum
      return [hostility as Hostility, `${scheme}://127.0.0.1:${port}/webhooks`]
    }),
  )
}
