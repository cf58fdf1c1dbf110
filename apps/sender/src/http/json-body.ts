import type { FastifyInstance } from 'fastify'
import { ProblemError } from './problem.ts'

/** Bytes of a body at most, where a route has no limit of its own. */
export const MAX_BODY_BYTES = 272 * 1024

/**
 * Lets the server read `application/json`, and nothing else.
 *
 * Fastify's own parser would replace bytes that are not UTF-8 by U+FFFD, so that other data were published than sent.
 */
export function addJsonBodyParser(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  addParser(app, 'application/json')
}

/** The media type of a JSON merge patch (RFC 7396). */
export const MERGE_PATCH = 'application/merge-patch+json'

/** Lets the routes of `app` read merge patches too. */
export function addMergePatchParser(app: FastifyInstance): void {
  addParser(app, MERGE_PATCH)
}

function addParser(app: FastifyInstance, mediaType: string): void {
  app.addContentTypeParser<Buffer>(mediaType, { parseAs: 'buffer' }, (_request, bytes, done) => {
    // An empty body is an absent one: many clients send the media type with every request.
    if (bytes.byteLength === 0) {
      done(null, undefined)
      return
    }
    try {
      done(null, JSON.parse(utf8.decode(bytes)))
    } catch (cause) {
      done(new ProblemError('malformed_json', explain(cause), { cause }))
    }
  })
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

// V8's own message quotes the text around the mistake, which may be a secret, and answers end up in logs.
function explain(cause: unknown): string {
  if (!(cause instanceof SyntaxError)) return 'The body is not encoded in UTF-8.'
  const [position] = /at position \d+/.exec(cause.message) ?? []
  return position === undefined
    ? 'The body is not valid JSON.'
    : `The body is not valid JSON; the mistake is ${position}.`
}
