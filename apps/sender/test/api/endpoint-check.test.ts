import { expect, it, vi } from 'vitest'
import { checkEndpoint, type ResolveHost } from '../../src/api/endpoint-check.ts'
import { type Network, parseNetwork } from '../../src/domain/address.ts'

const none: readonly Network[] = []
const loopback = ['127.0.0.0/8', '::1/128'].map(parseNetwork).filter((network) => network !== undefined)

function resolvesTo(...addresses: readonly string[]): ResolveHost {
  return async () => addresses
}

it.each([
  {
    name: 'a public address',
    resolve: resolvesTo('93.184.215.14'),
    answer: { permitted: true, isUnresolved: false },
  },
  {
    name: 'a private address',
    resolve: resolvesTo('10.0.0.1'),
    answer: { permitted: false, range: 'private' },
  },
  {
    name: 'a public address and a private one',
    resolve: resolvesTo('93.184.215.14', '192.168.1.1'),
    answer: { permitted: false, range: 'private' },
  },
  { name: 'no address', resolve: resolvesTo(), answer: { permitted: true, isUnresolved: true } },
])('judges a name that resolves to $name', async ({ resolve, answer }) => {
  expect(await checkEndpoint(new URL('https://example.com'), none, resolve)).toEqual(answer)
})

it('finds that localhost is this machine, with the resolver of this machine', async () => {
  const url = new URL('http://localhost:8080')
  expect(await checkEndpoint(url, none)).toEqual({ permitted: false, range: 'loopback' })
  expect(await checkEndpoint(url, loopback)).toEqual({ permitted: true, isUnresolved: false })
})

it('takes a name that does not exist for one that does not resolve yet', async () => {
  const answer = await checkEndpoint(new URL('https://no-such-host.invalid'), none)
  expect(answer).toEqual({ permitted: true, isUnresolved: true })
})

it('waits three seconds for a resolver that does not answer', async () => {
  const startedAt = performance.now()
  const answer = await checkEndpoint(new URL('https://example.com'), none, () => new Promise(() => {}))
  expect(answer).toEqual({ permitted: true, isUnresolved: true })
  expect(performance.now() - startedAt).toBeGreaterThan(2900)
})

it('does not ask the resolver about an address', async () => {
  const resolve = vi.fn<ResolveHost>()
  await checkEndpoint(new URL('https://93.184.215.14'), none, resolve)
  expect(resolve).not.toHaveBeenCalled()
})
