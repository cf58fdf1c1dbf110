import { createHash, createHmac, randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { sign } from '../wire/sign.ts'
import { verify } from '../wire/verify.ts'
import { diagnose, type DiagnoseInput, type Finding, type FindingCode } from './diagnose.ts'

interface Sent {
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}
type Corruption = (sent: Sent) => Sent | Promise<Sent>
type Confidence = 'certain' | 'likely'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const key = Buffer.from(secret.slice(6), 'base64')
const oldSecret = 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD'
const eventId = '0f4c2c4e-7c8d-4c56-8e0f-9d1a2b3c4d5e'
const attemptedAt = new Date('2026-03-01T12:00:00Z')
const seconds = '1772366400'
const envelope = {
  event: 'evidence.uploaded',
  event_id: eventId,
  timestamp: '2026-03-01T12:00:00.000Z',
  data: { file_name: 'Prüfbericht 漢字.pdf', content_type: 'application/pdf', size_bytes: 1, score: 77.5 },
}
const compact = JSON.stringify(envelope)
const pretty = JSON.stringify(envelope, null, 2)
const python = JSON.stringify(envelope, null, 1)
  .replace(/\n */g, ' ')
  .replaceAll(/([{[]) | (?=[}\]])/g, '$1')

describe('a change of the body is found, with Content-Digest and without', () => {
  const changes: readonly (readonly [what: string, code: FindingCode, sent: string, change: Corruption])[] = [
    ['a line break added', 'body_reencoded', compact, changeText((text) => `${text}\n`)],
    ['a line break removed', 'body_reencoded', `${compact}\n`, changeText((text) => text.trim())],
    ['CRLF for LF', 'body_reencoded', pretty, changeText((text) => text.replaceAll('\n', '\r\n'))],
    ['LF for CRLF', 'body_reencoded', crlf(pretty), changeText((text) => text.replaceAll('\r', ''))],
    ['a byte order mark added', 'body_reencoded', compact, changeText((text) => `\uFEFF${text}`)],
    [
      'a byte order mark removed',
      'body_reencoded',
      `\uFEFF${compact}`,
      changeBody((body) => body.subarray(3)),
    ],
    [
      'UTF-8 read as Latin-1',
      'body_reencoded',
      compact,
      changeBody((body) => Buffer.from(body.toString('latin1'))),
    ],
    [
      'Latin-1 written',
      'body_reencoded',
      '{"a":"é"}',
      changeBody((body) => Buffer.from(body.toString(), 'latin1')),
    ],
    ['base64', 'body_reencoded', compact, changeBody((body) => Buffer.from(body.toString('base64')))],
    ['a JSON string made of it', 'body_reencoded', compact, changeText((text) => JSON.stringify(text))],
    ['gzip', 'body_reencoded', compact, changeBody((body) => gzipSync(body))],
    ['compact JSON made pretty', 'body_reserialized', compact, changeText(() => pretty)],
    ['pretty JSON made compact', 'body_reserialized', pretty, changeText(reserialize)],
    [
      'wide JSON made compact',
      'body_reserialized',
      JSON.stringify(envelope, null, 4),
      changeText(reserialize),
    ],
    ['JSON with an end of line', 'body_reserialized', `${pretty}\n`, changeText(reserialize)],
    ["Python's JSON made compact", 'body_reserialized', escapeUnits(python), changeText(reserialize)],
    ['JSON with spaces made compact', 'body_reserialized', python, changeText(reserialize)],
    ['compact JSON given spaces', 'body_reserialized', compact, changeText(() => python)],
    ['escapes made characters', 'body_reserialized', escapeUnits(compact), changeText(reserialize)],
    ['characters made escapes', 'body_reserialized', compact, changeText(escapeUnits)],
    ["PHP's JSON written again", 'body_reserialized', php(compact), changeText(reserialize)],
    ['slashes escaped', 'body_reserialized', compact, changeText((text) => text.replaceAll('/', '\\/'))],
    [
      'spaces added around what JavaScript cannot read back',
      'body_reserialized',
      '{"event":"a","event":"b","n":1.0,"m":12345678901234567890}',
      changeText((text) => text.replaceAll(/[:,]/g, '$& ')),
    ],
  ]

  it.each(changes)('%s: %s', async (_what, code, sent, change) => {
    const arrived = await change(await send(sent))
    expect(await find(arrived)).toEqual({ code, confidence: 'certain' })
    const withoutDigest = withHeaders(arrived, { 'content-digest': undefined })
    expect(await find(withoutDigest)).toEqual({ code, confidence: 'certain' })
  })

  it.each(changes)('%s: %s, also where the secret is wrong', async (_what, code, sent, change) => {
    const arrived = await change(await send(sent))
    expect(await find(arrived, having(oldSecret))).toEqual({ code, confidence: 'certain' })
  })
})

describe('diagnose finds', () => {
  const cutShort = changeBody((body) => body.subarray(0, body.length - 20))
  const corruptions: readonly (readonly [
    what: string,
    code: FindingCode,
    confidence: Confidence,
    corrupt: Corruption,
    receiver?: Partial<DiagnoseInput>,
  ])[] = [
    // The body.
    ['a digit changed', 'body_modified', 'certain', changeText(bump)],
    ['a digit changed, without a digest', 'unknown', 'likely', dropDigest(changeText(bump))],
    ['text decoded with loss', 'body_modified', 'certain', changeText(toAscii)],
    ['text decoded with loss, without a digest', 'body_modified', 'likely', dropDigest(changeText(toAscii))],
    ['more than was announced', 'body_modified', 'certain', dropDigest(announce(5, changeText(bump)))],
    ['gzip that was decoded', 'unknown', 'likely', dropDigest(announce(5, changeText(bump), 'gzip'))],
    ['less than was announced', 'body_truncated', 'certain', announce(9000, changeText(bump))],
    ['the end cut off', 'body_truncated', 'likely', cutShort],
    ['the end cut off, without a digest', 'body_truncated', 'likely', dropDigest(cutShort)],
    ['a body that was read before', 'body_truncated', 'certain', changeText(() => '')],
    ['a body that is no text', 'body_modified', 'certain', changeBody(() => Buffer.from('fffe00', 'hex'))],
    // The secret.
    ['another secret', 'secret_wrong', 'certain', signWith('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA')],
    ['another secret, without a digest', 'unknown', 'likely', dropDigest(signWith('swordfish'))],
    ['an empty secret', 'secret_wrong', 'certain', signWith('')],
    ['a line break in the secret', 'secret_whitespace', 'certain', signWith(`${secret}\n`)],
    ['CRLF in the secret', 'secret_whitespace', 'certain', signWith(`${secret}\r\n`)],
    ['a space after the secret', 'secret_whitespace', 'certain', signWith(`${secret} `)],
    ['a space before the secret', 'secret_whitespace', 'certain', signWith(` ${secret}`)],
    ['a line break spelled out', 'secret_whitespace', 'certain', signWith(`${secret}\\n`)],
    ['a line break spelled out here', 'secret_whitespace', 'certain', signWith('a'), having('a\\n')],
    ['whitespace inside the secret here', 'secret_whitespace', 'certain', signWith('ab'), having('a b')],
    ['quotes around the secret', 'secret_quoted', 'certain', signWith(`"${secret}"`)],
    ['single quotes around the secret', 'secret_quoted', 'certain', signWith(`'${secret}'`)],
    ['a quote too many here', 'secret_quoted', 'certain', signWith('a'), having('a"')],
    ['the prefix left out', 'secret_encoding', 'certain', signWith(secret.slice(6))],
    ['the prefix left out here', 'secret_encoding', 'certain', signWith(secret), having(secret.slice(6))],
    ['the key decoded', 'secret_encoding', 'certain', signWith(key)],
    [
      'a key for URLs decoded',
      'secret_encoding',
      'certain',
      signWith(Buffer.from('fbff', 'hex')),
      having('-_8'),
    ],
    ['the secret in base64', 'secret_encoding', 'certain', signWith('czNjcmV0LQ=='), having('s3cret-')],
    [
      'a hexadecimal key decoded',
      'secret_encoding',
      'certain',
      signWith(Buffer.of(192, 255)),
      having('C0FF'),
    ],
    ['the secret in lower case', 'secret_encoding', 'certain', signWith(secret.toLowerCase())],
    ['the secret in upper case', 'secret_encoding', 'certain', signWith('A/B'), having('a/B')],
    ['the secret escaped for a URL', 'secret_encoding', 'certain', signWith('a%20b'), having('a b')],
    ['plus signs that became spaces', 'secret_encoding', 'certain', signWith('a+b/c'), having('a b/c')],
    ['an expired secret', 'secret_expired', 'certain', signWith(oldSecret), expired(oldSecret)],
    [
      'that only an expired secret is left',
      'secret_expired',
      'certain',
      signWith(secret),
      onlyExpired(secret),
    ],
    [
      'a rotation that the receiver missed',
      'secret_rotated',
      'certain',
      () => send(compact, [oldSecret, secret]),
    ],
    // The signature.
    [
      'a signature removed',
      'signature_stripped',
      'certain',
      headers({ 'x-complywise-signature': undefined }),
    ],
    [
      'all signatures removed',
      'signature_stripped',
      'likely',
      headers({
        'x-complywise-signature': undefined,
        'webhook-signature': undefined,
        'x-complywise-event': 'a',
      }),
    ],
    ['a signature changed', 'signature_altered', 'likely', signature(() => `sha256=${'0'.repeat(64)}`)],
    ['upper case', 'signature_format', 'certain', signature((value) => value.toUpperCase())],
    ['no sha256=', 'signature_format', 'certain', signature((value) => value.slice(7))],
    ['quotes around the value', 'signature_format', 'certain', signature((value) => `"${value}"`)],
    ['base64 for hexadecimal', 'signature_format', 'certain', signature((value) => `v1,${toBase64(value)}`)],
    [
      'SHA-1',
      'signature_format',
      'likely',
      ({ body, ...rest }) => signature(() => hmac('sha1', body))({ body, ...rest }),
    ],
    [
      'SHA-512',
      'signature_format',
      'likely',
      ({ body, ...rest }) => signature(() => hmac('sha512', body))({ body, ...rest }),
    ],
    ['a placeholder', 'signature_format', 'likely', signature(() => 'sha256=<signature>')],
    ['the upper case of something else', 'signature_format', 'likely', signature(() => 'A'.repeat(64))],
    ['a hash without a secret', 'signature_format', 'certain', plainHash],
    ['timestamp.body signed', 'signature_covers_other', 'certain', signWith(secret, `${seconds}.`)],
    [
      'id.timestamp.body signed',
      'signature_covers_other',
      'certain',
      signWith(key, `${eventId}.${seconds}.`),
    ],
    ['a signature sent twice', 'header_repeated', 'certain', repeat('x-complywise-signature')],
    ['names in capitals', 'header_case', 'certain', capitalize],
    // The attempt.
    ['a timestamp removed', 'attempt_incomplete', 'certain', headers({ 'webhook-timestamp': undefined })],
    ['an id sent twice', 'header_repeated', 'certain', repeat('webhook-id')],
    ['an attempt signature sent twice', 'header_repeated', 'certain', repeat('webhook-signature')],
    ["a proxy's own id", 'attempt_altered', 'certain', headers({ 'webhook-id': 'req_1' })],
    ["a proxy's own time", 'attempt_altered', 'likely', headers({ 'webhook-timestamp': '1772366401' })],
    [
      'a time in milliseconds',
      'attempt_altered',
      'likely',
      headers({ 'webhook-timestamp': `${seconds}000` }),
    ],
    ['a key of the attempt not decoded', 'secret_encoding', 'certain', textKeyForAttempt],
    // Others.
    [
      'somebody else',
      'other_sender',
      'likely',
      ({ body }) => ({ body, headers: { 'stripe-signature': 't=1' } }),
    ],
  ]

  const rows = corruptions.map(([what, code, confidence, corrupt, receiver]) => {
    return { what, code, confidence, corrupt, receiver }
  })

  it.each(rows)('$what: $code, $confidence', async ({ code, confidence, corrupt, receiver }) => {
    expect(await find(await corrupt(await send(compact)), receiver)).toEqual({ code, confidence })
  })

  it('the same in headers of every form', async () => {
    const { body, headers } = await signWith(`${secret}\n`)(await send(compact))
    const secrets = [{ id: 'current', value: secret }]
    const forms = [
      headers,
      new Headers(Object.entries(headers).map(([name, value]) => [name, String(value)])),
    ]
    for (const form of forms) {
      expect(await diagnose({ body, headers: form, secrets })).toMatchObject({ code: 'secret_whitespace' })
    }
  })

  it('nothing in another form in a body of more than 32 KiB, which would take long', async () => {
    const long = JSON.stringify({ text: ' '.repeat(32_768) })
    const arrived = await changeText((text) => `${text}\n`)(await send(long))
    const found = [
      await find(arrived),
      await find(await signWith(`${secret}\n`)(await send(long))),
      await find(await signWith(oldSecret)(await send(long)), expired(oldSecret)),
    ]
    expect(found.map(({ code }) => code)).toEqual(['body_modified', 'secret_wrong', 'secret_expired'])
  })

  it('no event_id in a body whose event_id is no text', async () => {
    const sent = await send('{"event_id":{"toString":1,"valueOf":1}}')
    expect(await find(withHeaders(sent, { 'webhook-id': 'req_1' }))).toMatchObject({
      code: 'attempt_altered',
    })
  })

  it.each<[string, Corruption]>([
    ['both signatures', (sent) => sent],
    [
      'one',
      headers({ 'webhook-id': undefined, 'webhook-timestamp': undefined, 'webhook-signature': undefined }),
    ],
  ])('nothing where nothing is wrong, with %s', async (_what, corrupt) => {
    const finding = await diagnose({
      ...(await corrupt(await send(compact))),
      secrets: [{ id: 'a', value: secret }],
    })
    expect(finding).toMatchObject({ code: 'unknown', confidence: 'likely' })
  })
})

describe('diagnose is certain of nothing else', () => {
  it('where the secret is another', async () => {
    for (const other of otherSecrets(300)) {
      const sent = await signWith(other)(await send(compact))
      expect(await find(sent)).toEqual({ code: 'secret_wrong', confidence: 'certain' })
      const withoutDigest = withHeaders(sent, { 'content-digest': undefined })
      expect(await find(withoutDigest)).toEqual({ code: 'unknown', confidence: 'likely' })
    }
  })

  it('where bytes of the body are others', async () => {
    const sent = await send(compact)
    for (const [index, byte] of sent.body.entries()) {
      const arrived = { ...sent, body: sent.body.with(index, byte ^ 1) }
      const isLast = index === sent.body.length - 1
      const found = isLast ? ['body_truncated', 'likely'] : ['body_modified', 'certain']
      expect(Object.values(await find(arrived))).toEqual(found)
    }
  })
})

describe('what a finding tells', () => {
  it('names the secret that made the signature, the evidence, and what to do', async () => {
    const sent = await signWith(`${secret}\n`)(await send(compact))
    const secrets = [
      { id: '2025', value: oldSecret },
      { id: '2026', value: secret },
    ]
    expect(await diagnose({ ...sent, secrets })).toEqual({
      code: 'secret_whitespace',
      confidence: 'certain',
      detail: 'The secret "2026" with a line break at its end made the signature.',
      fix: 'Use the text of the secret that ComplyWise shows, all of it and nothing else, at both ends.',
    })
  })

  it('says whether the secret fits a body that was changed', async () => {
    const sent = await changeText(() => pretty)(await send(compact))
    expect(await diagnose({ ...sent, secrets: [{ id: 'a', value: secret }] })).toMatchObject({
      detail: 'The body was parsed as JSON and written again; with that undone the signature is valid.',
    })
    expect(await diagnose({ ...sent, secrets: [{ id: 'a', value: oldSecret }] })).toMatchObject({
      detail:
        'The body was parsed as JSON and written again; with that undone it fits Content-Digest, but no secret made the ' +
        'signature.',
    })
  })
})

/** What is found out about a request that `verify` refuses, after a look at the texts. */
async function find(
  arrived: Sent,
  receiver?: Partial<DiagnoseInput>,
): Promise<Pick<Finding, 'code' | 'confidence'>> {
  const input = { ...arrived, ...having(secret), ...receiver }
  const secrets = [...input.secrets.map(({ value }) => value), 'unrelated']
  expect(await verify({ ...arrived, secrets })).toMatchObject({ verified: false })
  const { detail, fix, ...found } = await diagnose(input)
  for (const text of [detail, fix]) {
    expect(text).toMatch(/^[^\n]{20,160}\.$/)
    expect(text).not.toMatch(/MfKQ9r8|C2FVsBQ|Prüf|漢字/)
  }
  return found
}

async function send(text: string, secrets: readonly string[] = [secret]): Promise<Sent> {
  const body = new TextEncoder().encode(text)
  return { body, headers: await sign({ eventId, body, attemptedAt, secrets }) }
}

function changeBody(change: (body: Buffer) => Uint8Array): Corruption {
  return ({ body, headers }) => ({ body: new Uint8Array(change(Buffer.from(body))), headers })
}

function changeText(change: (text: string) => string): Corruption {
  return changeBody((body) => Buffer.from(change(body.toString())))
}

function withHeaders({ body, headers }: Sent, changes: Sent['headers']): Sent {
  const entries = Object.entries({ ...headers, ...changes }).filter(([, value]) => value !== undefined)
  return { body, headers: Object.fromEntries(entries) }
}

function headers(changes: Sent['headers']): Corruption {
  return (sent) => withHeaders(sent, changes)
}

function dropDigest(corrupt: Corruption): Corruption {
  return async (sent) => withHeaders(await corrupt(sent), { 'content-digest': undefined })
}

function announce(length: number, corrupt: Corruption, encoding?: string): Corruption {
  return async (sent) =>
    withHeaders(await corrupt(sent), { 'content-length': String(length), 'content-encoding': encoding })
}

function signature(change: (value: string) => string): Corruption {
  return (sent) =>
    withHeaders(sent, { 'x-complywise-signature': change(String(sent.headers['x-complywise-signature'])) })
}

/** As a sender signs that has another key, or signs more than the body. */
function signWith(key: string | Uint8Array, prefix = ''): Corruption {
  return (sent) =>
    withHeaders(sent, {
      'x-complywise-signature': `sha256=${createHmac('sha256', key).update(prefix).update(sent.body).digest('hex')}`,
      'webhook-signature': `v1,${createHmac('sha256', key).update('another').digest('base64')}`,
    })
}

function textKeyForAttempt(sent: Sent): Sent {
  const mac = createHmac('sha256', secret).update(`${eventId}.${seconds}.`).update(sent.body)
  return withHeaders(sent, { 'webhook-signature': `v1,${mac.digest('base64')}` })
}

function plainHash(sent: Sent): Sent {
  const hash = createHash('sha256').update(sent.body).digest('hex')
  return withHeaders(sent, { 'x-complywise-signature': `sha256=${hash}`, 'webhook-signature': undefined })
}

function repeat(name: string): Corruption {
  return (sent) =>
    withHeaders(sent, { [name]: `${String(sent.headers[name])}, ${String(sent.headers[name])}` })
}

function capitalize({ body, headers }: Sent): Sent {
  const capitalized = Object.entries(headers).map(([name, value]) => [
    name.replaceAll(/\b\w/g, (letter) => letter.toUpperCase()).replace('wise', 'Wise'),
    value,
  ])
  return { body, headers: Object.fromEntries(capitalized) }
}

function having(value: string): Pick<DiagnoseInput, 'secrets'> {
  return { secrets: [{ id: 'current', value }] }
}

function expired(value: string): Partial<DiagnoseInput> {
  return { expiredSecrets: [{ id: 'former', value }] }
}

function onlyExpired(value: string): Partial<DiagnoseInput> {
  return { secrets: [], ...expired(value) }
}

/** Secrets as people make them, none of them a variant of another. */
function otherSecrets(count: number): readonly (string | Uint8Array)[] {
  return Array.from({ length: count }, (_each, index) => {
    const bytes = randomBytes(1 + (index % 40))
    return [bytes, bytes.toString('hex'), `whsec_${bytes.toString('base64')}`, bytes.toString('base64url')][
      index % 4
    ]!
  })
}

function reserialize(text: string): string {
  return JSON.stringify(JSON.parse(text))
}

function escapeUnits(text: string): string {
  return text.replaceAll(/[^ -~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

function php(text: string): string {
  return escapeUnits(text).replaceAll('/', '\\/')
}

function crlf(text: string): string {
  return text.replaceAll('\n', '\r\n')
}

function bump(text: string): string {
  return text.replace('77.5', '78.5')
}

function toAscii(text: string): string {
  return text.replaceAll(/[^ -~]/g, '\uFFFD')
}

function toBase64(value: string): string {
  return Buffer.from(value.slice(7), 'hex').toString('base64')
}

function hmac(algorithm: string, body: Uint8Array): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`
}
