import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

/** Tests of what a forwarder's `deploy/` holds; `app` is its folder. */
export function deploySuite(app: URL): void {
  const folder = fileURLToPath(app).replace(/\/$/, '')
  const root = join(folder, '../..')
  const name = folder.slice(folder.lastIndexOf('/') + 1)

  function read(file: string): string {
    return readFileSync(join(folder, 'deploy', file), 'utf8')
  }

  const lines = read('Dockerfile').replaceAll('\\\n', ' ').split('\n')
  const last = lines.slice(lines.findLastIndex((line) => line.startsWith('FROM')))

  function valueOf(instruction: string): string {
    return last.find((line) => line.startsWith(`${instruction} `))?.slice(instruction.length + 1) ?? ''
  }

  test('the Dockerfile copies what is there, and lets nothing else into the build', () => {
    const sources = lines
      .filter((line) => /^COPY (?!--from)/.test(line))
      .flatMap((line) => line.split(' ').slice(1, -1))
    expect(sources.filter((source) => !existsSync(join(root, source)))).toEqual([])
    const allowed = read('Dockerfile.dockerignore').match(/^!.*/gm) ?? []
    expect(allowed.map((line) => line.slice(1)).toSorted()).toEqual(sources.toSorted())
  })

  test('the Dockerfile copies every workspace that the app needs', () => {
    const needed = new Set<string>()
    const visit = (folder: string): void => {
      if (needed.has(folder)) return
      needed.add(folder)
      const { dependencies = {} } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'))
      for (const name of Object.keys(dependencies).filter((each) => each.startsWith('@complywise/'))) {
        visit(`packages/${name.slice('@complywise/'.length)}`)
      }
    }
    visit(`apps/${name}`)
    const copied = lines.flatMap((line) => /^COPY (\S+)\/src /.exec(line)?.slice(1) ?? [])
    expect(copied.toSorted()).toEqual([...needed].toSorted())
  })

  test('the image installs what the lock file says, and runs as a user that is not root', () => {
    const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    expect(lines).toContain(`RUN npm install --global ${packageManager}`)
    expect(lines.find((line) => line.startsWith('RUN pnpm install'))).toMatch(/--frozen-lockfile --prod/)
    expect(valueOf('USER')).toBe('1000:1000')
    expect(valueOf('VOLUME')).toBe('/data')
    expect(valueOf('ENV')).toContain('FORWARDER_LEDGER=/data/')
    expect(existsSync(join(root, JSON.parse(valueOf('ENTRYPOINT')).at(-1)))).toBe(true)
  })

  test.each(['compose.yaml', 'kubernetes.yaml'])(
    '%s gives the app a file system it cannot write to',
    (name) => {
      expect(read(name)).toMatch(/read_only: true|readOnlyRootFilesystem: true/)
      expect(read(name)).toMatch(/cap_drop: \[ALL\]|drop: \[ALL\]/)
    },
  )

  test('one process has the ledger, and is given longer to stop than it takes', () => {
    expect(read('kubernetes.yaml')).toMatch(/replicas: 1\n\s+strategy: \{ type: Recreate \}/)
    const [, grace = ''] = /terminationGracePeriodSeconds: (\d+)/.exec(read('kubernetes.yaml')) ?? []
    const [, stop = ''] = /stop_grace_period: (\d+)s/.exec(read('compose.yaml')) ?? []
    // FORWARDER_GRACE_SECONDS is 20 unless it is set.
    expect([Number(grace), Number(stop)].every((seconds) => seconds > 20)).toBe(true)
  })

  test('every secret that the example names is given by both', () => {
    const names = Array.from(read(`${name}.example.yaml`).matchAll(/file:\/run\/secrets\/([\w-]+)/g))
    expect(names.length).toBeGreaterThan(1)
    for (const [, name = ''] of names) {
      expect(read('compose.yaml')).toContain(`file: ./secrets/${name}\n`)
      expect(read('kubernetes.yaml')).toContain(`--from-file=${name}=`)
    }
  })
}
