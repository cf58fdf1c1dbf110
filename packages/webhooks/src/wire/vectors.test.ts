import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it, test } from 'vitest'
import * as z from 'zod'
import { fetchHeadersForm, vectorCases, type VectorFiles } from '../../test/vectors/vector-cases.ts'
import { inspectSecret, matchesContentDigest, parseRetryAfter, readHeader, sign, verify } from './index.ts'
import { readKey } from './secret.ts'

const folder = new URL('../../vectors/', import.meta.url)

const vectors: VectorFiles = {
  verify: load('verify'),
  sign: load('sign'),
  secret: load('secret'),
  digest: load('digest'),
  'retry-after': load('retry-after'),
}

const implementation = {
  inspectSecret,
  matchesContentDigest,
  parseRetryAfter,
  readHeader,
  readKey,
  sign,
  verify,
}
const cases = vectorCases(vectors, implementation)

describe('the vectors', () => {
  it.each(cases)('$subject: $name', async ({ expected, actual }) => {
    expect(await actual()).toStrictEqual(expected)
  })

  it('are tried with WHATWG Headers except where these cannot carry a header', () => {
    const verifyCases = cases.filter(({ subject }) => subject === 'verify')
    const without = verifyCases.filter(
      ({ expected }) => !Object.keys(Object(expected)).includes(fetchHeadersForm),
    )
    expect(without).toHaveLength(14)
  })
})

describe('the vector files', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json') && !file.endsWith('.schema.json'))
  const schema = z.fromJSONSchema(JSON.parse(readFileSync(new URL('vectors.schema.json', folder), 'utf8')))

  it('are all read here', () => {
    expect(files.toSorted()).toStrictEqual(
      Object.keys(vectors)
        .map((subject) => `${subject}.json`)
        .toSorted(),
    )
  })

  test.each(files)('%s has the form of vectors.schema.json', (file) => {
    const content: unknown = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    expect(schema.safeParse(content).error).toBeUndefined()
  })

  it('has a schema that refuses a vector with another field', () => {
    const [vector] = vectors.verify
    const file = { $schema: './vectors.schema.json', subject: 'verify', vectors: [{ ...vector, skip: true }] }
    expect(schema.safeParse(file).success).toBe(false)
  })
})

function load<Subject extends keyof VectorFiles>(subject: Subject): VectorFiles[Subject] {
  const file: { vectors: VectorFiles[Subject] } = JSON.parse(
    readFileSync(new URL(`${subject}.json`, folder), 'utf8'),
  )
  return file.vectors
}
