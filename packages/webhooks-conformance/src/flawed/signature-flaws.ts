import { createReceiver, type ReceivedRequest } from '@complywise/webhooks'
import { bodySignature } from '../driver/signature.ts'
import { changeHeader, headersOf, setHeader } from './change-request.ts'
import { around, type CreateReceiver, type Flaw, jsonOf, replyOf, textOf } from './flaw.ts'

const name = 'x-complywise-signature'

/** Mistakes in deciding who made a request. */
export const signatureFlaws: readonly Flaw[] = [
  {
    name: 'verifies nothing',
    create: accepting(() => true),
    fails: [
      'no signature',
      'a malformed signature: *',
      'a signature of another body',
      'a signature by another secret',
      'a signature by an empty secret',
      'a hash in place of a signature',
      'the same signature in two headers',
      'a signature in a header, and a wrong one in a second',
      'a wrong signature in a header, and one in a second',
      'a signature of the attempt alone',
      'a signature before anything is said of the body',
      'a body changed: *',
      'gzip, signed before it was packed: 401',
      'each receiver of an app has its own secret',
      'a signature in a trailer is none',
    ],
  },
  {
    name: 'wants no signature where there is none',
    create: accepting((value) => value === null),
    fails: ['no signature', 'a signature of the attempt alone', 'a signature in a trailer is none'],
  },
  {
    name: 'takes the signature of the attempt for enough',
    create: accepting((value, request) => value === null && headersOf(request).has('webhook-signature')),
    fails: ['a signature of the attempt alone'],
  },
  {
    name: 'takes the beginning of a signature for the whole',
    create: accepting((value, _request, signature) => value !== null && signature.startsWith(value)),
    fails: [
      'a malformed signature: an odd number of digits',
      'a malformed signature: a prefix alone',
      'a malformed signature: nothing',
    ],
  },
  {
    name: 'takes what anybody can compute',
    create: acceptingPublic,
    fails: ['a signature by an empty secret', 'a hash in place of a signature'],
  },
  {
    name: 'takes signatures in upper case',
    create: changing((value) => value.toLowerCase()),
    fails: ['a malformed signature: uppercase digits', 'a malformed signature: an uppercase prefix'],
  },
  {
    name: 'takes digits without a prefix',
    create: changing((value) => value.replace(/^(?=[0-9a-f]{64}$)/, 'sha256=')),
    fails: ['a malformed signature: digits without a prefix'],
  },
  {
    name: 'takes any prefix',
    create: changing((value) => value.replace(/^\w+=/, 'sha256=')),
    fails: ['a malformed signature: an uppercase prefix', 'a malformed signature: the name of another hash'],
  },
  {
    name: 'ignores what follows the digits',
    create: changing((value) => value.slice(0, 71)),
    fails: [
      'a malformed signature: one digit too many',
      'a malformed signature: trailing letters that are no digits',
      'a malformed signature: a second signature after a comma',
      'the same signature in two headers',
      'a signature in a header, and a wrong one in a second',
    ],
  },
  {
    name: 'ignores dashes',
    create: changing((value) => value.replaceAll('-', '')),
    fails: ['a malformed signature: digits with dashes'],
  },
  {
    name: 'ignores a repeated header',
    create: changing((value) => value.split(',', 1)[0]!),
    fails: [
      'a malformed signature: a second signature after a comma',
      'the same signature in two headers',
      'a signature in a header, and a wrong one in a second',
    ],
  },
  {
    name: 'prefers the last of repeated headers',
    create: changing((value) => value.split(', ').at(-1)!),
    fails: ['the same signature in two headers', 'a wrong signature in a header, and one in a second'],
  },
  {
    name: 'fails on a malformed signature',
    create: around(async (request, next) => {
      const value = headersOf(request).get(name)
      return value === null || /^sha256=[0-9a-f]{64}$/.test(value) ? next(request) : replyOf(500, 'failed')
    }),
    fails: [
      'a malformed signature: *',
      'the same signature in two headers',
      'a signature in a header, and a wrong one in a second',
      'a wrong signature in a header, and one in a second',
    ],
  },
  {
    name: 'parses before it verifies',
    create: around(async (request, next) => {
      const isPost = request.method === 'POST' && ArrayBuffer.isView(request.body)
      const isJson =
        headersOf(request).get('content-type')?.toLowerCase().startsWith('application/json') ?? false
      return isPost && isJson && jsonOf(request) === undefined ? replyOf(400, 'malformed') : next(request)
    }),
    fails: [
      'a signature before anything is said of the body',
      'a body changed: cut off',
      'a body changed: replaced by nothing',
      'gzip, signed before it was packed: 401',
    ],
  },
]

/** Receivers that change the signature before they verify it. */
function changing(change: (value: string) => string): CreateReceiver {
  return around((request, next) => next(changeHeader(request, name, change)))
}

/** Receivers that make the signature themselves where `accepts` says so. */
function accepting(
  accepts: (value: string | null, request: ReceivedRequest, signature: string) => boolean,
): CreateReceiver {
  return (options) => {
    const receiver = createReceiver(options)
    const { secret } = options
    return {
      ...receiver,
      async receive(request) {
        const { body } = request
        if (typeof secret !== 'string' || !ArrayBuffer.isView(body)) return receiver.receive(request)
        const signature = await bodySignature(body, secret)
        const accepted = accepts(headersOf(request).get(name), request, signature)
        return receiver.receive(accepted ? setHeader(request, name, signature) : request)
      },
    }
  }
}

function acceptingPublic(options: Parameters<CreateReceiver>[0]): ReturnType<CreateReceiver> {
  let known: readonly string[] = []
  const receiver = accepting((value) => value !== null && known.includes(value))(options)
  return {
    ...receiver,
    async receive(request) {
      const body = Buffer.from(textOf(request))
      const hash = Buffer.from(await crypto.subtle.digest('SHA-256', body)).toString('hex')
      known = [`sha256=${hash}`, await bodySignature(body, '\0')]
      return receiver.receive(request)
    },
  }
}
