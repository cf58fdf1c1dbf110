import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import type { Api } from './api.ts'

// The files of Swagger UI as this package brings them. `swagger-ui-dist`, where they come from, reports installations to
// a third party.
const assets = join(createRequire(import.meta.url).resolve('@fastify/swagger-ui'), '../static')

const files = [
  { url: '/docs/swagger-ui.css', name: 'swagger-ui.css', type: 'text/css; charset=utf-8' },
  { url: '/docs/swagger-ui-bundle.js', name: 'swagger-ui-bundle.js', type: 'text/javascript; charset=utf-8' },
] as const

// Relative, so that they also work behind a proxy that adds a path.
const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>ComplyWise Webhooks API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="api"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`

const START = `SwaggerUIBundle({
  url: 'openapi.json',
  dom_id: '#api',
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
})
`

// Without trusted types, under which Swagger UI shows nothing: it writes its descriptions as HTML.
/** Everything from here and nothing inline: what an answer holds cannot become part of the page. */
const pageHeaders = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'cache-control': 'no-cache',
} as const

/** Serves a page at `/docs` to browse `/openapi.json` with, and to try the API out with a key. */
export function addOpenApiPage(app: Api): void {
  add(app, '/docs', 'text/html; charset=utf-8', async () => PAGE)
  add(app, '/docs/start.js', 'text/javascript; charset=utf-8', async () => START)
  for (const { url, name, type } of files) {
    let content: Promise<Buffer> | undefined
    add(app, url, type, () => (content ??= readFile(join(assets, name))))
  }
}

function add(app: Api, url: string, type: string, read: () => Promise<string | Buffer>): void {
  app.get(url, { config: { access: 'public' }, schema: { hide: true } }, async (_request, reply) =>
    reply
      .headers(pageHeaders)
      .type(type)
      .send(await read()),
  )
}
