import type { ReceivedRequest } from '@complywise/webhooks'
import { changed, changeHeader, headersOf, setHeader } from './change-request.ts'
import { around, type CreateReceiver, type Flaw, replying, replyOf, withoutHeader } from './flaw.ts'

/** Mistakes in reading what is not the body. */
export const requestFlaws: readonly Flaw[] = [
  {
    name: 'takes every method for POST',
    create: around((request, next) => next(changed(request, { method: 'POST' }))),
    fails: [
      'PUT is answered 405 with Allow',
      'PATCH is answered 405 with Allow',
      'DELETE is answered 405 with Allow',
      'GET is answered 405 with Allow',
      'HEAD is answered 405 with Allow',
      'OPTIONS is answered 405 with Allow',
      'the method is looked at before the size',
      'three requests at once over a connection are answered in order',
    ],
  },
  {
    name: 'does not say which method it allows',
    create: replying((reply) => withoutHeader(reply, 'allow')),
    fails: [
      'PUT is answered 405 with Allow',
      'PATCH is answered 405 with Allow',
      'DELETE is answered 405 with Allow',
      'GET is answered 405 with Allow',
      'HEAD is answered 405 with Allow',
      'OPTIONS is answered 405 with Allow',
    ],
  },
  {
    name: 'takes every media type',
    create: takingMediaTypes(/^/),
    fails: [
      'no media type: 415',
      'an empty media type: 415',
      'text/plain: 415',
      'a form: 415',
      'a multipart form: 415',
      'a media type that begins like JSON: 415',
      'another structured syntax: 415',
      'a parameter that says application/json: 415',
      'two media types, *',
      'the media type is looked at before the size',
      'three requests at once over a connection are answered in order',
    ],
  },
  {
    name: 'takes no media type for JSON',
    create: takingMediaTypes(/^$/),
    fails: ['no media type: 415', 'an empty media type: 415'],
  },
  {
    name: 'takes media types that begin like JSON',
    create: takingMediaTypes(/^application\/json/i),
    fails: ['a media type that begins like JSON: 415', 'two media types, JSON first: 415'],
  },
  {
    name: 'finds JSON anywhere in a media type',
    create: takingMediaTypes(/application\/json/i),
    fails: [
      'a media type that begins like JSON: 415',
      'a parameter that says application/json: 415',
      'two media types, *',
    ],
  },
  {
    name: 'takes anything that ends in +json',
    create: takingMediaTypes(/\+json$/i),
    fails: ['another structured syntax: 415'],
  },
  {
    name: 'knows JSON by one spelling',
    create: around(async (request, next) => {
      const isJson = headersOf(request).get('content-type') === 'application/json'
      return isJson || request.method !== 'POST' ? next(request) : replyOf(415, 'unsupported_media_type')
    }),
    fails: ['JSON is accepted with *', 'JSON is accepted in upper case'],
  },
  {
    name: 'keeps delivery and attempt to itself',
    create: around((request, next) =>
      next(
        ['x-complywise-attempt', 'x-complywise-delivery'].reduce(
          (changed, name) => changeHeader(changed, name, () => undefined),
          request,
        ),
      ),
    ),
    fails: ['the delivery and the attempt reach the handler'],
  },
  {
    name: 'tells two kinds of headers apart by a header',
    create: around(async (request, next) =>
      headersOf(request).has('get') ? replyOf(500, 'failed') : next(request),
    ),
    fails: ['headers with the names of methods and prototypes do no harm'],
  },
]

function takingMediaTypes(pattern: RegExp): CreateReceiver {
  return around((request, next) =>
    next(
      pattern.test(mediaTypeOf(request)) ? setHeader(request, 'content-type', 'application/json') : request,
    ),
  )
}

function mediaTypeOf(request: ReceivedRequest): string {
  return headersOf(request).get('content-type') ?? ''
}
