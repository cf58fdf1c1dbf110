import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'

/** A file that is made, whole. */
export interface MadeDocument {
  readonly url: URL
  readonly text: string
}

/**
 * Writes documents as the formatter would leave them; with `--check` on the command line only says which differ, and lets the
 * process exit with 1 then.
 */
export function updateDocuments(documents: readonly MadeDocument[]): void {
  const isCheck = process.argv.includes('--check')
  const stale = documents.filter(({ url, text }) => {
    const wanted = formatted(url, text)
    if (wanted === textOf(url)) return false
    if (!isCheck) {
      mkdirSync(new URL('.', url), { recursive: true })
      writeFileSync(url, wanted)
    }
    return true
  })
  for (const { url } of stale) {
    console.error(
      isCheck ? `${url.pathname} is out of date; run \`pnpm generate\`` : `${url.pathname} written`,
    )
  }
  if (isCheck && stale.length > 0) process.exitCode = 1
  else console.log(`${documents.length} documents are what the code makes of them`)
}

/** What the file holds; empty where there is none. */
export function textOf(url: URL): string {
  try {
    return readFileSync(url, 'utf8')
  } catch {
    return ''
  }
}

function formatted(url: URL, text: string): string {
  if (url.pathname.endsWith('.svg')) return text
  return execFileSync('oxfmt', ['--stdin-filepath', url.pathname], { input: text, encoding: 'utf8' })
}
