import { describe, expect, it } from 'vitest'
import { hmacKey, hmacSha256, sha256, timingSafeEqual } from '#crypto'

const utf8 = new TextEncoder()

describe('the crypto build', () => {
  it('is the one that this run is for', () => {
    const builds = { sync: 'node', async: 'web' }
    const computed = hmacSha256([], utf8.encode(''))
    expect(builds[computed instanceof Promise ? 'async' : 'sync']).toBe(process.env['CRYPTO_BUILD'] ?? 'node')
  })

  it('computes one HMAC for each key, in order', async () => {
    // RFC 4231, test cases 1 and 2.
    const [first] = await hmacSha256([hmacKey(new Uint8Array(20).fill(0x0b))], utf8.encode('Hi There'))
    expect(hex(first)).toBe('b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7')
    const keys = [hmacKey(utf8.encode('Other')), hmacKey(utf8.encode('Jefe'))]
    const [other, second, ...rest] = await hmacSha256(keys, utf8.encode('what do ya want for nothing?'))
    expect(hex(second)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
    expect(hex(other)).not.toBe(hex(second))
    expect(rest).toStrictEqual([])
  })

  it('computes the HMAC of a prefix and a body as of one text', async () => {
    const [mac] = await hmacSha256(
      [hmacKey(utf8.encode('Jefe'))],
      utf8.encode('want for nothing?'),
      utf8.encode('what do ya '),
    )
    expect(hex(mac)).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })

  it('computes SHA-256', async () => {
    // FIPS 180-4, the one-block example.
    const digest = await sha256(utf8.encode('abc'))
    expect(hex(digest)).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
  })

  it('finds two arrays equal only if they are in every byte', () => {
    const mac = new Uint8Array(32).map((_, index) => index)
    const others = Array.from(mac, (_, at) => mac.map((byte, index) => (index === at ? byte ^ 0x80 : byte)))
    expect(timingSafeEqual(mac, Uint8Array.from(mac))).toBe(true)
    expect(others.map((other) => timingSafeEqual(mac, other))).not.toContain(true)
  })
})

function hex(bytes: Uint8Array = new Uint8Array()): string {
  return Buffer.from(bytes).toString('hex')
}
