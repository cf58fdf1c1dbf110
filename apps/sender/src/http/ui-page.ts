import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Api } from './api.ts'
import { type BuiltFile, type BuiltFiles, readBuiltFiles } from './built-files.ts'
import { isKnownTag } from './entity-tag.ts'
import { ProblemError } from './problem.ts'

const PAGE = 'index.html'
const START = '/settings/integrations/webhooks'

/** Everything from here and nothing inline: what an answer holds cannot become part of the page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"

const NOT_BUILT = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>ComplyWise Webhooks</title>
<p>This page has not been built yet: run <code>pnpm build</code>, and load it again.</p>
</html>
`

const defaultDirectory = join(import.meta.dirname, '../../ui/dist')
const route = { method: 'GET', config: { access: 'public' }, schema: { hide: true } } as const

/** Serves the web page as it was built into `directory`, by default that of this program; until then, 503 for it. */
export function addUiPage(app: Api, directory = defaultDirectory): void {
  let files: BuiltFiles | undefined

  // Once it was read, a build stays as it is. Of one without the page, nothing is read, or each request would read all.
  async function findFile(path: string): Promise<BuiltFile | undefined> {
    const isRead = files?.has(PAGE) === true
    if (!isRead && existsSync(join(directory, PAGE))) files = await readBuiltFiles(directory)
    return files?.get(path)
  }

  async function sendPage(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const file = await findFile(PAGE)
    reply.header('content-security-policy', POLICY)
    if (file === undefined) return reply.code(503).type('text/html; charset=utf-8').send(NOT_BUILT)
    // Asked for each time, since only it knows the names of the others.
    return await sendFile(request, reply.header('cache-control', 'no-cache'), file)
  }

  async function sendAsset(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const file = await findFile(request.url.slice(1).split('?', 1)[0] ?? '')
    if (file === undefined) throw new ProblemError('route_not_found', 'There is no file of this name.')
    // Another content has another name.
    return await sendFile(request, reply.header('cache-control', 'public, max-age=31536000, immutable'), file)
  }

  app.route({ ...route, url: '/', handler: (_request, reply) => reply.redirect(START) })
  app.route({ ...route, url: '/settings', handler: sendPage })
  app.route({ ...route, url: '/settings/*', handler: sendPage })
  app.route({ ...route, url: '/sign-in', handler: sendPage })
  app.route({ ...route, url: '/assets/*', handler: sendAsset })
}

async function sendFile(
  request: FastifyRequest,
  reply: FastifyReply,
  file: BuiltFile,
): Promise<FastifyReply> {
  const { content, encoding, etag } = await file.represent(request.headers['accept-encoding']?.toString())
  reply.headers({ etag, vary: 'accept-encoding' })
  if (isKnownTag(request, etag)) return reply.code(304).send()
  if (encoding !== 'identity') reply.header('content-encoding', encoding)
  return reply.type(file.type).send(content)
}
