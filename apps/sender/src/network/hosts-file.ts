import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** Addresses by name in lower case. */
export type Hosts = ReadonlyMap<string, readonly string[]>

/** Where the system keeps its hosts file. */
export const systemHostsFile =
  process.platform === 'win32' ? 'C:\\Windows\\System32\\drivers\\etc\\hosts' : '/etc/hosts'

/** Reads a hosts file; one that is not there, or cannot be read, is empty. */
export async function readHostsFile(path: string): Promise<Hosts> {
  try {
    return parseHosts(await readFile(path, 'utf8'))
  } catch {
    return new Map()
  }
}

function parseHosts(text: string): Hosts {
  const hosts = new Map<string, string[]>()
  for (const line of text.split('\n')) {
    const [address = '', ...names] = line.replace(/#.*/, '').trim().split(/\s+/)
    if (isIP(address) === 0) continue
    for (const name of names) {
      const known = hosts.get(name.toLowerCase())
      if (known === undefined) hosts.set(name.toLowerCase(), [address])
      else known.push(address)
    }
  }
  return hosts
}
