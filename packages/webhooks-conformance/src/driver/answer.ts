/** A response as it came over the wire. */
export interface Answer {
  readonly status: number
  /** In the order and case of the wire. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
  /** The statuses of interim responses before it, such as 100. */
  readonly interim: readonly number[]
}

/** The value of a header, by lower-case name; the values of a repeated header joined with commas. */
export function headerOf({ headers }: Answer, name: string): string | undefined {
  const values = headers.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value)
  return values.length === 0 ? undefined : values.join(', ')
}

/** An answer, and how many bytes of the input it took. */
export interface ParsedAnswer {
  readonly answer: Answer
  readonly size: number
}

/**
 * Reads one HTTP/1.1 response at the start of `input`, by the length it announces.
 *
 * @param hasEnded whether no more is to come.
 * @returns `undefined` while the response is not complete.
 * @throws {Error} for what is no response.
 */
export function parseAnswer(
  input: Buffer,
  options: { readonly isHead: boolean; readonly hasEnded: boolean },
): ParsedAnswer | undefined {
  const interim: number[] = []
  let offset = 0
  for (;;) {
    const headEnd = input.indexOf('\r\n\r\n', offset, 'latin1')
    if (headEnd === -1) return undefined
    const { status, headers } = parseHead(input.toString('latin1', offset, headEnd))
    offset = headEnd + 4
    if (status < 200) {
      interim.push(status)
      continue
    }
    const head = { status, headers, interim, body: Buffer.alloc(0) }
    const body = options.isHead || status === 204 || status === 304 ? head.body : undefined
    const read = body ? { body, end: offset } : readBody(input, offset, head, options.hasEnded)
    return read && { answer: { ...head, body: read.body }, size: read.end }
  }
}

function parseHead(head: string): Pick<Answer, 'status' | 'headers'> {
  const [statusLine = '', ...lines] = head.split('\r\n')
  const [, status] = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine) ?? []
  if (status === undefined) throw new Error(`This is no HTTP/1.1 response: ${JSON.stringify(statusLine)}`)
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return { status: Number(status), headers }
}

interface BodyRead {
  readonly body: Buffer
  readonly end: number
}

function readBody(input: Buffer, start: number, head: Answer, hasEnded: boolean): BodyRead | undefined {
  if (/\bchunked$/i.test(headerOf(head, 'transfer-encoding') ?? '')) return readChunks(input, start)
  const announced = headerOf(head, 'content-length')
  if (announced === undefined) {
    return hasEnded ? { body: input.subarray(start), end: input.length } : undefined
  }
  const end = start + Number(announced)
  return input.length >= end ? { body: input.subarray(start, end), end } : undefined
}

function readChunks(input: Buffer, start: number): BodyRead | undefined {
  const chunks: Buffer[] = []
  let offset = start
  for (;;) {
    const lineEnd = input.indexOf('\r\n', offset, 'latin1')
    if (lineEnd === -1) return undefined
    const size = Number.parseInt(input.toString('latin1', offset, lineEnd), 16)
    const chunkEnd = lineEnd + 2 + size
    if (input.length < chunkEnd + 2) return undefined
    chunks.push(input.subarray(lineEnd + 2, chunkEnd))
    offset = chunkEnd + 2
    // Trailers are sent by nobody here.
    if (size === 0) return { body: Buffer.concat(chunks), end: offset }
  }
}
