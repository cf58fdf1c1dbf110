import { createReceiver, type DedupeStore } from '@complywise/webhooks'
import { memoryStore } from '@complywise/webhooks/memory'
import { headersOf } from './change-request.ts'
import {
  around,
  type CreateReceiver,
  type Flaw,
  replying,
  replyOf,
  withOptions,
  withoutHeader,
} from './flaw.ts'

/** Mistakes in handling an event once, and not losing it. */
export const duplicateFlaws: readonly Flaw[] = [
  {
    name: 'remembers nothing',
    create: withOptions(({ store = false }) => ({ store })),
    fails: [
      'a handler that gives up is answered 200 ignored, and its event is done',
      'a retry runs only what had not succeeded: *',
      'a duplicate is answered 200 duplicate and not handled',
      'a redelivery, with other headers, is a duplicate',
      'an event that is being handled is answered 409 with Retry-After',
      '50 at once: one handler runs, and the others are told so',
      'each receiver of an app handles an event once',
      'an event of one tenant is no duplicate of another’s',
      'a handler that succeeds although its client has gone is not run again',
    ],
  },
  {
    name: 'looks before it claims, and loses the race',
    create: withStore(racyStore),
    fails: ['50 at once: one handler runs, and the others are told so'],
  },
  {
    name: 'marks an event before it is handled',
    create: withStore(markingStore),
    fails: [
      'an event whose handler threw is handled again, and then done',
      'an event that keeps failing is handled each time',
      'a handler that asks for time is answered 503 with Retry-After',
      'a retry runs only what had not succeeded: *',
      'an event that is being handled is answered 409 with Retry-After',
      '50 at once: one handler runs, and the others are told so',
      'a handler that stops when its client goes is run again',
    ],
  },
  {
    name: 'acknowledges before it handles',
    create: around(async (request, next, receiver) => {
      const { verified } = await receiver.verify(request)
      const reply = next(request)
      return verified ? replyOf(200, 'processed') : reply
    }),
    fails: [
      'an event that no handler is registered for is answered 200 ignored',
      'a handler that throws is answered 500 failed',
      'an event whose handler threw is handled again, and then done',
      'an event that keeps failing is handled each time',
      'a handler that gives up is answered 200 ignored, and its event is done',
      'a handler that asks for time is answered 503 with Retry-After',
      'a handler that fails keeps none from running',
      'a retry runs only what had not succeeded: *',
      'a duplicate is answered 200 duplicate and not handled',
      'a redelivery, with other headers, is a duplicate',
      'an event that is being handled is answered 409 with Retry-After',
      '50 at once: one handler runs, and the others are told so',
      'while the store is down, nothing is handled: 503 with Retry-After',
      'each receiver of an app handles an event once',
      'an event of one tenant is no duplicate of another’s',
      'a client that goes away aborts the signal of its handler',
      'a handler that stops when its client goes is run again',
      'a handler that succeeds although its client has gone is not run again',
    ],
  },
  {
    name: 'answers 2xx while an event is being handled',
    create: replying((reply) => (reply.status === 409 ? replyOf(200, 'duplicate') : reply)),
    fails: [
      'an event that is being handled is answered 409 with Retry-After',
      '50 at once: one handler runs, and the others are told so',
    ],
  },
  {
    name: 'keeps the claim on an event that failed',
    create: withStore(() => ({ ...memoryStore(), release: async () => true })),
    fails: [
      'an event whose handler threw is handled again, and then done',
      'an event that keeps failing is handled each time',
      'a handler that asks for time is answered 503 with Retry-After',
      'a retry runs only what had not succeeded: *',
      'a handler that stops when its client goes is run again',
    ],
  },
  {
    name: 'forgets which handlers have succeeded',
    create: withStore(() => ({ ...memoryStore(), checkpoint: async () => true })),
    fails: ['a retry runs only what had not succeeded: *'],
  },
  {
    name: 'answers a duplicate with an error',
    create: replying((reply) => (reply.body.includes('duplicate') ? replyOf(409, 'duplicate') : reply)),
    fails: [
      'a handler that gives up is answered 200 ignored, and its event is done',
      'a retry runs only what had not succeeded: *',
      'a duplicate is answered 200 duplicate and not handled',
      'a redelivery, with other headers, is a duplicate',
      'an event that is being handled is answered 409 with Retry-After',
      'each receiver of an app handles an event once',
      'an event of one tenant is no duplicate of another’s',
      'a handler that succeeds although its client has gone is not run again',
    ],
  },
  {
    name: 'tells duplicates by their delivery',
    create: byDelivery,
    fails: ['a redelivery, with other headers, is a duplicate'],
  },
  {
    name: 'shares what it remembers between the receivers of an app',
    create: withOptions(({ store = sharedStore }) => ({ store, name: 'all' })),
    fails: ['each receiver of an app handles an event once'],
  },
  {
    name: 'shares what it remembers between tenants',
    create: withStore(() => withKeys(memoryStore(), (key) => key.replace(/\/.*\//, '/'))),
    fails: ['an event of one tenant is no duplicate of another’s'],
  },
  {
    name: 'handles events while the store is down',
    create: withOptions(() => ({ onStoreError: 'process' })),
    fails: ['while the store is down, nothing is handled: 503 with Retry-After'],
  },
  {
    name: 'answers 500 while the store is down',
    create: replying((reply, { url }) => (url === '/store-down' ? replyOf(500, 'failed') : reply)),
    fails: ['while the store is down, nothing is handled: 503 with Retry-After'],
  },
  {
    name: 'never says when to try again',
    create: replying((reply) => withoutHeader(reply, 'retry-after')),
    fails: [
      'a handler that asks for time is answered 503 with Retry-After',
      'an event that is being handled is answered 409 with Retry-After',
      'while the store is down, nothing is handled: 503 with Retry-After',
      'secrets that cannot be read: 503 with Retry-After',
      'a receiver that shuts down: 503 with Retry-After',
    ],
  },
]

const sharedStore = memoryStore()

/** Receivers with a store of their own, where they were not asked to have another. */
function withStore(makeStore: () => DedupeStore): CreateReceiver {
  return withOptions(({ store = makeStore() }) => ({ store }))
}

/** Another may claim between the look and the mark. */
function racyStore(): DedupeStore {
  const store = memoryStore()
  const seen = new Set<string>()
  return {
    ...store,
    async claim(key, terms) {
      if (seen.has(key)) return store.claim(key, terms)
      await turns(30)
      seen.add(key)
      const claim = await store.claim(key, terms)
      return claim.kind === 'in_progress' ? { kind: 'claimed', token: 'another', finished: [] } : claim
    },
  }
}

/** Turns of the event loop: the clock of requests that come from the same process. */
async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

function markingStore(): DedupeStore {
  const store = memoryStore()
  return {
    async claim(key, terms) {
      const claim = await store.claim(key, terms)
      if (claim.kind === 'claimed') await store.complete({ key, token: claim.token, ...terms })
      return claim
    },
    renew: done,
    checkpoint: done,
    complete: done,
    release: done,
  }
}

async function done(): Promise<boolean> {
  return true
}

function withKeys(store: DedupeStore, change: (key: string) => string): DedupeStore {
  return {
    claim: (key, terms) => store.claim(change(key), terms),
    renew: (claim) => store.renew({ ...claim, key: change(claim.key) }),
    checkpoint: (claim, handler) => store.checkpoint({ ...claim, key: change(claim.key) }, handler),
    complete: (claim) => store.complete({ ...claim, key: change(claim.key) }),
    release: (claim) => store.release({ ...claim, key: change(claim.key) }),
  }
}

function byDelivery(options: Parameters<CreateReceiver>[0]): ReturnType<CreateReceiver> {
  let delivery = ''
  const { store = withKeys(memoryStore(), (key) => key + delivery) } = options
  const receiver = createReceiver({ ...options, store })
  return {
    ...receiver,
    receive(request) {
      delivery = headersOf(request).get('x-complywise-delivery') ?? ''
      return receiver.receive(request)
    },
  }
}
