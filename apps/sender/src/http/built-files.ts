import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

/** How a file may be sent. */
export interface Representation {
  readonly content: Buffer
  readonly encoding: Coding | 'identity'
  /** Another one for each encoding, as a strong tag has to be (RFC 9110 §8.8.1). */
  readonly etag: string
}

/** A file of a build, in memory. */
export interface BuiltFile {
  /** Its media type. */
  readonly type: string
  /** The smallest form that an `Accept-Encoding` header permits. It is made once. */
  represent(acceptEncoding: string | undefined): Promise<Representation>
}

/** Files by their paths below the directory, with `/`. What is not in here cannot be asked for. */
export type BuiltFiles = ReadonlyMap<string, BuiltFile>

const types: Readonly<Record<string, { readonly type: string; readonly isText: boolean }>> = {
  '.html': { type: 'text/html; charset=utf-8', isText: true },
  '.js': { type: 'text/javascript; charset=utf-8', isText: true },
  '.css': { type: 'text/css; charset=utf-8', isText: true },
  '.svg': { type: 'image/svg+xml', isText: true },
  '.png': { type: 'image/png', isText: false },
  '.woff2': { type: 'font/woff2', isText: false },
}

/** Reads all files of a build whose type is known here; none where there is no directory. */
export async function readBuiltFiles(directory: string): Promise<BuiltFiles> {
  if (!existsSync(directory)) return new Map()
  const entries = await readdir(directory, { recursive: true, withFileTypes: true })
  const files = entries.flatMap((entry) => {
    const format = types[extname(entry.name)]
    return entry.isFile() && format !== undefined
      ? [{ path: join(entry.parentPath, entry.name), ...format }]
      : []
  })
  return new Map(
    await Promise.all(
      files.map(async ({ path, type, isText }): Promise<[string, BuiltFile]> => [
        relative(directory, path).replaceAll(sep, '/'),
        createFile(type, isText, await readFile(path)),
      ]),
    ),
  )
}

// With 11, the default, the first reader of a large script would wait for most of a second, to save a tenth.
const brotliParams = { [constants.BROTLI_PARAM_QUALITY]: 9 }

/** The encodings of text, the one that makes it smallest first. */
const codings = {
  br: (content: Buffer) => promisify(brotliCompress)(content, { params: brotliParams }),
  gzip: (content: Buffer) => promisify(gzip)(content),
} as const

type Coding = keyof typeof codings

function createFile(type: string, isText: boolean, content: Buffer): BuiltFile {
  const hash = createHash('sha256').update(content).digest('base64url').slice(0, 22)
  const encoded = new Map<Coding, Promise<Representation>>()

  function encode(coding: Coding): Promise<Representation> {
    const known =
      encoded.get(coding) ??
      codings[coding](content).then((bytes) => ({
        content: bytes,
        encoding: coding,
        etag: `"${hash}-${coding}"`,
      }))
    encoded.set(coding, known)
    return known
  }

  return {
    type,
    async represent(acceptEncoding) {
      const coding = isText ? chooseCoding(acceptEncoding ?? '') : undefined
      return coding === undefined
        ? { content, encoding: 'identity', etag: `"${hash}"` }
        : await encode(coding)
    },
  }
}

function chooseCoding(acceptEncoding: string): Coding | undefined {
  const accepted = acceptEncoding
    .toLowerCase()
    .split(',')
    .map((part) => part.split(/;\s*q=/))
    .filter(([, weight = '1']) => Number(weight) > 0)
  return (['br', 'gzip'] as const).find((coding) => accepted.some(([name]) => name?.trim() === coding))
}
