import { sha256, sha512 } from './openssl.ts'
import { bodies, scan, utf8 } from './samples.ts'

/** One body with the values of its `Content-Digest` headers, and whether they belong together. */
export interface DigestVector {
  readonly name: string
  /** The body's bytes in base64. */
  readonly body: string
  readonly values: readonly string[]
  /** Null where there is nothing to compare. */
  readonly expected: boolean | null
}

const right = `sha-256=:${sha256(scan).toString('base64')}:`
const wrong = `sha-256=:${sha256(utf8('{}')).toString('base64')}:`
const other = `sha-512=:${sha512(scan).toString('base64')}:`

/** Bodies and `Content-Digest` headers, and whether they belong together. */
export function digestVectors(): readonly DigestVector[] {
  return [
    ...Object.entries(bodies).map(([name, body]) =>
      vector(`matches ${name}`, [`sha-256=:${sha256(body).toString('base64')}:`], true, body),
    ),
    ...Object.entries(comparable).map(([name, [values, expected]]) => vector(name, values, expected)),
    ...Object.entries(incomparable).map(([name, values]) => vector(name, values, null)),
  ]
}

const comparable: Readonly<Record<string, readonly [values: readonly string[], expected: boolean]>> = {
  'tells a modified body': [[wrong], false],
  'reads sha-256 before another algorithm': [[`${right}, ${other}`], true],
  'reads sha-256 after another algorithm': [[`${other},\t${right}`], true],
  'reads sha-256 after an algorithm nobody knows': [[`x-*.y=:AA==:,${right}`], true],
  'reads a header sent in two lines': [[other, right], true],
  'takes the last of two values': [[`${wrong}, ${right}`], true],
  'takes the last of two lines': [[right, wrong], false],
  'does not judge by the other algorithm': [[`sha-512=:AAAA:, ${right}`], true],
  'tells a digest of another length': [['sha-256=:AAAA:'], false],
  'tells an empty digest': [['sha-256=::'], false],
}

const incomparable: Readonly<Record<string, readonly string[]>> = {
  'finds nothing without the header': [],
  'finds nothing in an empty header': [''],
  'finds nothing in another algorithm': [other],
  'finds nothing in text': ['foo'],
  'finds nothing in a bare digest': [right.slice('sha-256=:'.length, -1)],
  'finds nothing without colons': [right.replaceAll(':', '')],
  'finds nothing without the closing colon': [right.slice(0, -1)],
  'finds nothing in the form of the old Digest header': [`SHA-256=${right.slice('sha-256=:'.length, -1)}`],
  'finds nothing in an uppercase algorithm': [right.replace('sha', 'SHA')],
  'finds nothing in hexadecimal without colons': [`sha-256=${sha256(scan).toString('hex')}`],
  'finds nothing beside a malformed member': [`${right}, foo=bar`],
  'finds nothing before a trailing comma': [`${right},`],
  'finds nothing around an equals sign with spaces': [right.replace('=:', ' = :')],
  'finds nothing in base64url': ['sha-256=:-_-_:'],
  'finds nothing in base64 without its padding': [right.replace(/=:$/, ':')],
  'finds nothing in padding alone': ['sha-256=:====:'],
}

function vector(
  name: string,
  values: readonly string[],
  expected: boolean | null,
  body = scan,
): DigestVector {
  return { name, body: body.toString('base64'), values, expected }
}
