import { secrets } from '../fixture/secrets.ts'
import { changed } from './change-request.ts'
import { around, type Flaw, withOptions } from './flaw.ts'

const everySecret = Object.values(secrets).filter((secret) => secret !== secrets.wrong)

/** Mistakes in telling receivers and secrets apart. */
export const receiverFlaws: readonly Flaw[] = [
  {
    name: 'has one list of secrets for all',
    create: withOptions(() => ({ secret: everySecret })),
    fails: [
      'each receiver of an app has its own secret',
      'a receiver accepts each of its secrets, and says which',
      'a secret that has expired is wrong',
      'the URL that was asked for finds the tenant',
      'a tenant has only its own secret',
      'an event of one tenant is no duplicate of another’s',
      'a tenant that nobody knows: 401',
      'secrets that cannot be read: 503 with Retry-After',
    ],
  },
  {
    name: 'accepts the newest secret only',
    create: withOptions(({ secret }) => ({ secret: Array.isArray(secret) ? secret.slice(0, 1) : secret })),
    fails: ['a receiver accepts each of its secrets, and says which'],
  },
  {
    name: 'accepts secrets that have expired',
    create: withOptions(({ secret }) => ({
      secret: Array.isArray(secret) ? secret.map(({ id, value }) => ({ id, value })) : secret,
    })),
    fails: ['a secret that has expired is wrong'],
  },
  {
    name: 'accepts the secrets of every tenant',
    create: withOptions(({ secret }) => ({
      secret:
        typeof secret === 'function'
          ? async (request) => {
              const found = await secret(request)
              return found && { ...found, secret: everySecret }
            }
          : secret,
    })),
    fails: ['a tenant has only its own secret'],
  },
  {
    name: 'loses the query',
    create: around((request, next) => next(changed(request, { url: request.url?.split('?', 1)[0] ?? '' }))),
    fails: [
      'the URL that was asked for finds the tenant',
      'an event of one tenant is no duplicate of another’s',
      'secrets that cannot be read: 503 with Retry-After',
    ],
  },
  {
    name: 'loses the path that it is mounted at',
    create: around((request, next) =>
      next(changed(request, { url: request.url?.replace(/^[^?]*/, '/') ?? '' })),
    ),
    fails: [
      'the URL that was asked for finds the tenant',
      'an event of one tenant is no duplicate of another’s',
      'secrets that cannot be read: 503 with Retry-After',
    ],
  },
  {
    name: 'decodes the URL',
    create: around((request, next) => next(changed(request, { url: decodeURIComponent(request.url ?? '') }))),
    fails: [
      'the URL that was asked for finds the tenant',
      'an event of one tenant is no duplicate of another’s',
    ],
  },
  {
    name: 'fails on a tenant that nobody knows',
    create: withOptions(({ secret }) => ({
      secret:
        typeof secret === 'function'
          ? async (request) => {
              const found = await secret(request)
              if (!found) throw new Error('There is no such tenant.')
              return found
            }
          : secret,
    })),
    fails: ['a tenant that nobody knows: 401'],
  },
  {
    name: 'refuses a tenant for good whose secrets cannot be read',
    create: withOptions(({ secret }) => ({
      secret:
        typeof secret === 'function'
          ? async (request) => {
              try {
                return await secret(request)
              } catch {
                return undefined
              }
            }
          : secret,
    })),
    fails: ['secrets that cannot be read: 503 with Retry-After'],
  },
  {
    name: 'goes on when it should stop',
    create: withOptions(() => ({ signal: new AbortController().signal })),
    fails: ['a receiver that shuts down: 503 with Retry-After'],
  },
]
