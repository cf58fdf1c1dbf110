import { describe, expect, it } from 'vitest'
import { WebhookError } from '../errors.ts'
import { sign, verify } from './index.ts'

const secrets = ['your-secret']
const body = new TextEncoder().encode('{"event":"scan.completed","data":{"score":77.6}}')
const signed = await sign({ eventId: 'msg_1', body, attemptedAt: new Date(1_772_366_400_000), secrets })
const signature = signed['x-complywise-signature']

describe('verify', () => {
  it('refuses a body with any one bit flipped', async () => {
    const flipped = Array.from({ length: body.length * 8 }, (_, bit) =>
      body.map((byte, index) => (index === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte)),
    )
    const verifications = flipped.map((body) => verify({ body, headers: signed, secrets }))
    const codes = new Set((await Promise.all(verifications)).map((result) => !result.verified && result.code))
    expect(codes).toStrictEqual(new Set(['signature_mismatch']))
  })

  it('refuses each header with any one character replaced, removed or doubled', async () => {
    const covered = [
      'x-complywise-signature',
      'webhook-id',
      'webhook-timestamp',
      'webhook-signature',
    ] as const
    const requests = covered.flatMap((name) =>
      mutations(signed[name]).map((value) => ({ ...signed, [name]: value })),
    )
    const verifications = await Promise.all(requests.map((headers) => verify({ body, headers, secrets })))
    expect(verifications.filter(({ verified }) => verified)).toStrictEqual([])
  })

  it('takes a header in a list of one, which is not repeated', async () => {
    const headers = { 'x-complywise-signature': [signature] }
    expect(await verify({ body, headers, secrets })).toMatchObject({ verified: true })
  })

  it('is not confused by a request with a header called get', async () => {
    const headers = { get: 'x-complywise-signature', 'x-complywise-signature': signature }
    expect(await verify({ body, headers, secrets })).toMatchObject({ verified: true })
  })

  it('reads headers without a prototype', async () => {
    const headers: Record<string, string> = Object.assign(Object.create(null), signed)
    expect(await verify({ body, headers, secrets })).toMatchObject({ verified: true })
  })

  it.each([
    ['a number', 1],
    ['an object', {}],
    ['a boolean', true],
    ['a list of numbers', [1, 2]],
  ])('takes %s in place of a signature for malformed', async (_, value) => {
    const headers = { 'x-complywise-signature': value }
    // @ts-expect-error -- the types would stop it, and a Lambda event has none.
    expect(await verify({ body, headers, secrets })).toStrictEqual({
      verified: false,
      code: 'signature_malformed',
    })
  })

  it('reads a body that is part of a larger buffer', async () => {
    const larger = new Uint8Array(body.length + 20)
    larger.set(body, 10)
    const part = larger.subarray(10, 10 + body.length)
    expect(await verify({ body: part, headers: signed, secrets })).toMatchObject({ verified: true })
  })

  it('reads a body from a Buffer', async () => {
    expect(await verify({ body: Buffer.from(body), headers: signed, secrets })).toMatchObject({
      verified: true,
    })
  })

  it('changes neither the body nor the secrets', async () => {
    const frozen = Object.freeze([...secrets])
    const copy = Uint8Array.from(body)
    await verify({ body: copy, headers: Object.freeze({ ...signed }), secrets: frozen })
    expect(copy).toStrictEqual(body)
  })

  it.each([
    ['text', '{"event":"scan.completed"}'],
    ['parsed JSON', { event: 'scan.completed' }],
    ['an ArrayBuffer', body.buffer],
    ['a DataView', new DataView(body.buffer)],
    ['an array of 16-bit numbers', new Uint16Array(8)],
    ['a list of numbers', [...body]],
    ['nothing', undefined],
  ])('rejects when the body is %s, which only the program can have done', async (_, value) => {
    // @ts-expect-error -- the types would stop it.
    await expect(verify({ body: value, headers: signed, secrets })).rejects.toMatchObject({
      name: 'WebhookError',
      code: 'body_not_bytes',
    })
  })

  it.each([
    ['no secret', [], 'secret_empty', 'no secrets'],
    ['an empty secret', [''], 'secret_empty', 'secrets[0]'],
    [
      'a second secret with a line break',
      ['your-secret', 'other-secret\n'],
      'secret_whitespace',
      'secrets[1]',
    ],
    ['a secret in quotes', ['"your-secret"'], 'secret_quoted', 'secrets[0]'],
    ['a whsec_ secret without a key', ['whsec_'], 'secret_empty', 'secrets[0]'],
    ['a whsec_ secret that is not base64', ['whsec_your-secret'], 'secret_not_base64', 'secrets[0]'],
    ['half a surrogate pair', ['your-secret\uD83D'], 'secret_not_unicode', 'secrets[0]'],
  ])('rejects when given %s, and does not quote it', async (_, secrets, code, message) => {
    const error: unknown = await verify({ body, headers: {}, secrets }).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(WebhookError)
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) })
    expect(String(error)).not.toMatch(/your-secret|other-secret/)
  })

  it('rejects an environment variable that is not set', async () => {
    const input = { body, headers: signed, secrets: [process.env['NO_SUCH_SECRET']] }
    // @ts-expect-error -- the types would stop it.
    await expect(verify(input)).rejects.toMatchObject({ code: 'secret_empty' })
  })

  it('refuses an unusable secret every time, not only the first', async () => {
    const attempts = [1, 2, 3].map(() => verify({ body, headers: signed, secrets: ['your-secret', ' '] }))
    const results = await Promise.allSettled(attempts)
    expect(results.map(({ status }) => status)).toStrictEqual(['rejected', 'rejected', 'rejected'])
  })

  it('keeps secrets apart, however many there have been', async () => {
    const many = Array.from({ length: 1000 }, (_, index) => `secret number ${index}`)
    const requests = many.map(async (secret) => {
      const headers = await sign({ eventId: 'msg_1', body, attemptedAt: new Date(0), secrets: [secret] })
      return Promise.all([
        verify({ body, headers, secrets: [secret] }),
        verify({ body, headers, secrets: [`${secret}.`] }),
      ])
    })
    const results = await Promise.all(requests)
    expect(results.filter(([own, other]) => !own.verified || other.verified)).toStrictEqual([])
  })
})

function mutations(value: string): string[] {
  return value.split('').flatMap((character, index) => {
    const [before, after] = [value.slice(0, index), value.slice(index + 1)]
    const replacements = ['0', 'f', 'A', 'z', ' ', '.', ',', '\0', '\u00FF', '', `${character}${character}`]
    return replacements
      .map((replacement) => before + replacement + after)
      .filter((mutation) => mutation !== value)
  })
}
