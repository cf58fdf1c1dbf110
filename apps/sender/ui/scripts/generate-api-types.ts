// Writes src/api/schema.d.ts, the types of the sender's API, from its description; with --check only says whether it is up
// to date.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeApi } from '@complywise/sender/api'
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const path = join(import.meta.dirname, '../src/api/schema.d.ts')

// A description is plain JSON, which the generator types by its version of OpenAPI.
const types = await openapiTypescript(JSON.stringify(await describeApi()))
const text = `${COMMENT_HEADER}${astToString(types)}`

if (!process.argv.includes('--check')) {
  await writeFile(path, text)
} else if ((await readFile(path, 'utf8').catch(() => '')) !== text) {
  console.error('src/api/schema.d.ts is not what the API says of itself. Run: pnpm generate')
  process.exitCode = 1
}
