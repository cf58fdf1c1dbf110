import { describe, expect, it } from 'vitest'
import { generateSecret, inspectSecret } from './index.ts'

describe('generateSecret', () => {
  it('makes whsec_ and the base64 of 32 bytes', () => {
    expect(generateSecret()).toMatch(/^whsec_[A-Za-z\d+/]{43}=$/)
  })

  it('makes another one each time, none of them weak', () => {
    const secrets = Array.from({ length: 1000 }, () => generateSecret())
    expect(new Set(secrets).size).toBe(1000)
    expect(secrets.filter((secret) => inspectSecret(secret).usable)).toHaveLength(1000)
    expect(secrets.map((secret) => inspectSecret(secret)).filter((found) => 'detail' in found)).toStrictEqual(
      [],
    )
  })
})

// What the vectors cannot hold or do not state; the rest is in vectors/secret.json.
describe('inspectSecret', () => {
  it('explains why a secret is weak', () => {
    expect(inspectSecret('your-secret')).toStrictEqual({
      usable: true,
      weakness: 'secret_short',
      detail: 'The key has 11 bytes; at least 24 are needed to resist guessing.',
    })
  })

  it.each(['\uD800', 'your-secret\uDC00', 'a\uDC00\uD800b'])(
    'refuses half a surrogate pair: %j',
    (secret) => {
      expect(inspectSecret(secret)).toMatchObject({ usable: false, code: 'secret_not_unicode' })
    },
  )

  it.each(['hunter2!', '"hunter2!"', ' hunter2!', 'whsec_hunter2!', 'hunter2!\uD800'])(
    'does not quote the secret in its explanation: %j',
    (secret) => {
      expect(JSON.stringify(inspectSecret(secret))).not.toContain('hunter2')
    },
  )
})
