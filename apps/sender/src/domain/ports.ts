/** Ports that endpoints may use. */
export interface PortPolicy {
  readonly ranges: readonly PortRange[]
}

/** Inclusive. */
interface PortRange {
  readonly first: number
  readonly last: number
}

/**
 * 80, 443, and all from 1024 on but those that browsers refuse. Below 1024 listens what was never meant for HTTP and may
 * take a request for commands: mail, SSH, databases. Above it are the ports of people's own servers.
 */
export const defaultPorts: PortPolicy = {
  ranges: [range(80), range(443), range(1024, 65_535)],
}

/**
 * Parses ports and ranges of them: `443`, `8000-8999`. A range leaves out what browsers refuse; a port that stands alone is
 * meant.
 *
 * @returns `undefined` when one of them is neither.
 */
export function parsePorts(texts: readonly string[]): PortPolicy | undefined {
  const ranges = texts.map(parseRange)
  return ranges.every((parsed) => parsed !== undefined) && ranges.length > 0 ? { ranges } : undefined
}

/** The port that requests to `url` go to. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port)
  return url.protocol === 'https:' ? 443 : 80
}

/** Whether endpoints may use `port`. */
export function isPortAllowed(port: number, { ranges }: PortPolicy): boolean {
  return ranges.some(({ first, last }) =>
    first === last ? port === first : port >= first && port <= last && !badPorts.has(port),
  )
}

// The WHATWG Fetch standard's bad ports from 1024 on. https://fetch.spec.whatwg.org/#port-blocking
const badPorts: ReadonlySet<number> = new Set([
  1719, 1720, 1723, 2049, 3659, 4045, 4190, 5060, 5061, 6000, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697,
  10_080,
])

function parseRange(text: string): PortRange | undefined {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text)
  if (match === null) return undefined
  const parsed = range(Number(match[1]), Number(match[2] ?? match[1]))
  return parsed.first >= 1 && parsed.first <= parsed.last && parsed.last <= 65_535 ? parsed : undefined
}

function range(first: number, last = first): PortRange {
  return { first, last }
}
