import { createRequire } from 'node:module'
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv'

/** The most characters that a multi-line text may have, counted in its serialized document. */
export const maxDocumentLength = 32_767

let compiled: ValidateFunction | undefined

/**
 * Why `value` is no Atlassian document that Jira takes, or `undefined` when it is one.
 *
 * The shape is judged by Atlassian's own JSON schema; the length is that of the serialized document.
 */
export function findDocumentProblem(value: unknown): DocumentProblem | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return {
      message: 'Operation value must be an Atlassian Document (see the Atlassian Document Format)',
      why: `got ${value === null ? 'null' : Array.isArray(value) ? 'an array' : typeof value}`,
    }
  }
  const validate = (compiled ??= compileSchema())
  if (!validate(value)) return { message: 'INVALID_INPUT', why: describe(validate.errors ?? []) }
  const length = JSON.stringify(value).length
  if (length <= maxDocumentLength) return undefined
  return {
    message: 'The entered text is too long. It exceeds the allowed limit of 32,767 characters.',
    why: `${length} characters`,
  }
}

export interface DocumentProblem {
  /** What Jira answers, which for a wrong shape is only `INVALID_INPUT`. */
  readonly message: string
  /** Where the document is wrong. */
  readonly why: string
}

/** The plain text of a document: blocks on lines of their own, nothing of its marks. */
export function documentText(node: unknown): string {
  if (typeof node !== 'object' || node === null) return ''
  const { type, text, attrs, content } = node as AdfNode
  if (type === 'text') return text ?? ''
  if (type === 'hardBreak') return '\n'
  const inner = (content ?? []).map(documentText)
  if (type === 'paragraph' || type === 'heading' || type === 'codeBlock') return inner.join('')
  if (inner.length > 0) return inner.filter((part) => part !== '').join('\n')
  const shown = attrs?.['text'] ?? attrs?.['url'] ?? attrs?.['shortName']
  return typeof shown === 'string' ? shown : ''
}

/** The account ids of everybody whom a document mentions, and so notifies. */
export function documentMentions(node: unknown): readonly string[] {
  if (typeof node !== 'object' || node === null) return []
  const { type, attrs, content } = node as AdfNode
  const own = type === 'mention' ? [String(attrs?.['id'])] : []
  return [...own, ...(content ?? []).flatMap(documentMentions)]
}

interface AdfNode {
  readonly type?: string
  readonly text?: string
  readonly attrs?: Readonly<Record<string, unknown>>
  readonly content?: readonly unknown[]
}

function compileSchema(): ValidateFunction {
  const require = createRequire(import.meta.url)
  const published: Record<string, unknown> = require('@atlaskit/adf-schema/dist/json-schema/v1/full.json')
  // It names draft 4, which Ajv does not know; nothing in it differs between draft 4 and draft 7.
  const { $schema: _draft, ...schema } = published
  return new Ajv({ strict: false }).compile(schema)
}

// Of a node that may be of forty types every one reports its failure; the error deepest in the document is the useful one.
function describe(errors: readonly ErrorObject[]): string {
  const deepest = errors.toSorted((a, b) => depthOf(b) - depthOf(a)).at(0)
  if (deepest === undefined) return 'does not match the schema'
  return `${deepest.instancePath || '/'} ${deepest.message ?? 'does not match the schema'}`
}

function depthOf(error: ErrorObject): number {
  return error.instancePath.split('/').length
}
