import { encodeBase64 } from './encode-base64.ts'

/** A request as it was sent. */
export interface SentRequest {
  readonly url: string
  /** As the log has them: credentials are masked. */
  readonly headers: Readonly<Record<string, string>>
  /** Its UTF-8 bytes are the body. */
  readonly body: string
}

/** What stands in the log in place of a credential. */
export const MASK = '********'

/** What stands in the command in place of a credential. */
export const PLACEHOLDER = 'REPLACE_ME'

/**
 * A command for bash and zsh that sends the request again: the same method, headers and bytes, whatever they hold. Values
 * that the log does not have are {@link PLACEHOLDER}, told by a comment above the command.
 */
export function curlCommand({ url, headers, body }: SentRequest): string {
  const sent = Object.entries(headers).filter(([name]) => !isComputed(name))
  const { before, data } = passBody(body)
  const options = [
    '--http1.1 --globoff --path-as-is --include',
    // What curl would add by itself.
    "--header 'accept:' --header 'expect:'",
    ...sent.map(([name, value]) => `--header ${quote(headerLine(name, value))}`),
    `--data-binary ${data}`,
  ]
  return (
    [...comments(url, headers), `${before}curl ${quote(url)}`].join('\n') +
    ` \\\n  ${options.join(' \\\n  ')}\n`
  )
}

/** A text as one word of a shell's command line, in which nothing is interpreted. */
export function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}

// curl makes these from the URL and the body, as the sender did.
function isComputed(name: string): boolean {
  return ['host', 'content-length'].includes(name.toLowerCase())
}

function headerLine(name: string, value: string): string {
  if (value === MASK) return `${name}: ${PLACEHOLDER}`
  // With nothing behind the colon, curl would leave the header out.
  return value === '' ? `${name};` : `${name}: ${value}`
}

// Linux takes 128 KiB as one argument at most; printf is the shell's own and has no such limit.
const MAX_ARGUMENT_BYTES = 100_000

// What a terminal would act on, or not show: control characters, direction marks, what Unicode has not assigned.
const unprintable = /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}]/u

function passBody(body: string): { readonly before: string; readonly data: string } {
  const bytes = new TextEncoder().encode(body)
  // A value that begins with @ is the name of a file.
  if (unprintable.test(body) || body.startsWith('@')) {
    return { before: `printf %s ${quote(encodeBase64(bytes))} | base64 --decode | `, data: '@-' }
  }
  if (bytes.length > MAX_ARGUMENT_BYTES) return { before: `printf %s ${quote(body)} | `, data: '@-' }
  return { before: '', data: quote(body) }
}

// Plain words only: a zsh that knows no comments takes them for a command.
function comments(url: string, headers: Readonly<Record<string, string>>): readonly string[] {
  const masked = Object.keys(headers).filter((name) => headers[name] === MASK)
  const named = masked.map((name) => (/^[\w-]+$/.test(name) ? name : 'one of unusual name')).join(' and ')
  const host = Object.entries(headers).find(([name]) => name.toLowerCase() === 'host')?.[1]
  return [
    ...(masked.length > 0
      ? [`# The log does not show the value of these headers: ${named}. Put it in place of ${PLACEHOLDER}.`]
      : []),
    ...(host !== undefined && host !== URL.parse(url)?.host
      ? ['# The endpoint was changed since this request was made: it went to another host.']
      : []),
  ]
}
