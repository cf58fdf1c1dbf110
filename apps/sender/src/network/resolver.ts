import { Resolver } from 'node:dns/promises'
import { ResolveError } from './errors.ts'
import { type Hosts, readHostsFile, systemHostsFile } from './hosts-file.ts'

/** All addresses that a host's name has now, at least one, IPv4 first; rejects with {@link ResolveError}. */
export type ResolveHost = (host: string) => Promise<readonly string[]>

/** Where names are looked up. */
export interface ResolverOptions {
  /** `address:port` of DNS servers. Default: the system's. */
  readonly servers?: readonly string[]
  /** Default: the system's. */
  readonly hostsFile?: string
  /** For one name, with all repetitions. Default 5,000. */
  readonly timeoutMs?: number
}

const MAX_AGE_MS = 5000
const MAX_ENTRIES = 10_000
// The configuration of the system is read again as often: c-ares reads it once for each channel.
const RELOAD_MS = 30_000
// Once one family has addresses, a server that keeps silent about the other one is not waited for longer.
const OTHER_FAMILY_MS = 500

/**
 * Looks names up over DNS, the hosts file first. As many at once as there are: the system's `getaddrinfo` would do it on
 * the four threads of Node's pool, where four names whose servers do not answer make every other name wait.
 *
 * Look-ups of one name that are under way are one, and its addresses are kept for as long as they say, at most 5 s.
 * Names are absolute: search domains are not applied. `localhost` and names below it are this machine (RFC 6761).
 */
export function createResolver(options: ResolverOptions = {}): ResolveHost {
  const { timeoutMs = 5000 } = options
  const cache = new Map<string, CacheEntry>()
  const readHosts = remember(() => readHostsFile(options.hostsFile ?? systemHostsFile), MAX_AGE_MS)
  const openChannel = remember(() => {
    const channel = new Resolver({ timeout: 1500, tries: 2 })
    if (options.servers !== undefined) channel.setServers(options.servers)
    return channel
  }, RELOAD_MS)

  async function lookUp(name: string): Promise<Answer> {
    if (name === 'localhost' || name.endsWith('.localhost'))
      return { addresses: ['127.0.0.1', '::1'], ttlMs: MAX_AGE_MS }
    const hosts: Hosts = await readHosts()
    const listed = hosts.get(name)
    if (listed !== undefined) return { addresses: listed, ttlMs: 0 }
    return await inTime(query(openChannel(), name), timeoutMs, name)
  }

  return (host) => {
    const name = host.toLowerCase().replace(/\.$/, '')
    const cached = cache.get(name)
    if (cached !== undefined && performance.now() < cached.expiresAt) return cached.addresses
    const answer = lookUp(name)
    const entry: CacheEntry = { addresses: answer.then(({ addresses }) => addresses), expiresAt: Infinity }
    cache.delete(name)
    cache.set(name, entry)
    answer.then(
      ({ ttlMs }) => (entry.expiresAt = performance.now() + Math.min(ttlMs, MAX_AGE_MS)),
      () => cache.get(name) === entry && cache.delete(name),
    )
    const [oldest] = cache.size > MAX_ENTRIES ? cache.keys() : []
    if (oldest !== undefined) cache.delete(oldest)
    return entry.addresses
  }
}

interface CacheEntry {
  readonly addresses: Promise<readonly string[]>
  /** By `performance.now()`; never while the look-up is under way. */
  expiresAt: number
}

interface Answer {
  readonly addresses: readonly string[]
  readonly ttlMs: number
}

type Records = readonly { readonly address: string; readonly ttl: number }[]

async function query(channel: Resolver, name: string): Promise<Answer> {
  const families = [channel.resolve4(name, { ttl: true }), channel.resolve6(name, { ttl: true })]
  const found = families.map(async (family): Promise<Records> => {
    const records = await family
    return records.length > 0 ? records : await Promise.reject(new ResolveError('no address', true))
  })
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<void>((resolve) => {
    // oxlint-disable-next-line promise/prefer-await-to-then -- starts with whichever family is first
    Promise.any(found).then(
      () => (timer = setTimeout(resolve, OTHER_FAMILY_MS)),
      () => resolve(),
    )
  })
  const settled = await Promise.all(
    found.map(async (family) => await Promise.race([settle(family), expired])),
  )
  clearTimeout(timer)
  const records = settled.flatMap((outcome) => (outcome && 'records' in outcome ? outcome.records : []))
  if (records.length > 0) {
    return {
      addresses: records.map(({ address }) => address),
      ttlMs: 1000 * Math.min(...records.map(({ ttl }) => ttl)),
    }
  }
  throw explain(
    name,
    settled.map((outcome) => (outcome && 'error' in outcome ? outcome.error : undefined)),
  )
}

async function settle(family: Promise<Records>): Promise<{ records: Records } | { error: unknown }> {
  try {
    return { records: await family }
  } catch (error) {
    return { error }
  }
}

const absent: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME'])

function explain(name: string, errors: readonly unknown[]): ResolveError {
  const codes = errors.map((error) => (error instanceof Error && 'code' in error ? String(error.code) : ''))
  if (codes.includes('ENOTFOUND') || codes.includes('EBADNAME')) {
    return new ResolveError(`The name ${name} does not exist.`, true)
  }
  if (errors.every((error, index) => error instanceof ResolveError || absent.has(codes[index] ?? ''))) {
    return new ResolveError(`The name ${name} has no address.`, true)
  }
  return unanswered(name)
}

function unanswered(name: string): ResolveError {
  return new ResolveError(`The DNS servers did not answer for ${name}, or failed.`, false)
}

async function inTime<T>(promise: Promise<T>, timeoutMs: number, name: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(unanswered(name)), timeoutMs)
  })
  try {
    return await Promise.race([promise, expired])
  } finally {
    clearTimeout(timer)
  }
}

/** What `make` made, made again when it is older than that. */
function remember<T>(make: () => T, maxAgeMs: number): () => T {
  let made: { readonly value: T; readonly at: number } | undefined
  return () => {
    if (made === undefined || performance.now() - made.at > maxAgeMs)
      made = { value: make(), at: performance.now() }
    return made.value
  }
}
