import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml'
import type { FileProblem } from './file-problem.ts'
import { hideReferences } from './references.ts'

/** A file that was parsed; `problems` are those of its syntax. */
export interface ParsedFile {
  /** `undefined` when it makes no sense to look any further. */
  readonly document: Document | undefined
  readonly problems: readonly FileProblem[]
  readonly position: (offset: number) => { readonly line: number; readonly column: number }
}

/** The largest configuration file. */
export const maxFileBytes = 1_048_576

/** Parses YAML 1.2 and tells everything that is wrong with its syntax, without quoting it: a secret may stand there. */
export function parseYaml(text: string): ParsedFile {
  const lines = new LineCounter()
  const position = (offset: number) => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const refused = (problem: string, remedy: string): ParsedFile => ({
    document: undefined,
    problems: [{ line: 1, column: 1, path: [], problem, remedy }],
    position,
  })
  if (Buffer.byteLength(text) > maxFileBytes) {
    return refused('is larger than 1 MiB', 'Is it the right file? Configurations have a few kilobytes.')
  }
  let document: Document
  try {
    document = parseDocument(hideReferences(text.replace(/^\uFEFF/, '')), {
      lineCounter: lines,
      stringKeys: true,
      prettyErrors: false,
      // The parser compares each key with all others, which takes minutes for a file of only keys; readDocument() does not.
      uniqueKeys: false,
      // Anything less would not tell of a second document.
      logLevel: 'error',
    })
  } catch {
    return refused('is nested too deeply', 'No configuration needs more than ten levels.')
  }
  const found = [...document.errors, ...document.warnings]
  const problems = found.map((error) => ({ ...position(error.pos[0]), path: [], ...explain(error) }))
  return {
    // What follows a broken structure would be guesses.
    document: document.errors.length === 0 ? document : undefined,
    // One mistake makes several errors in the same line.
    problems: problems.filter(
      ({ line }, index) => problems.findIndex((other) => other.line === line) === index,
    ),
    position,
  }
}

const explanations: Readonly<Partial<Record<YAMLError['code'], readonly [problem: string, remedy: string]>>> =
  {
    TAB_AS_INDENT: ['is indented with a tab here', 'Indent with spaces.'],
    NON_STRING_KEY: ['has a key here that is no text', 'Keys are names; put quotes around this one.'],
    MULTIPLE_DOCS: ['holds more than one document', 'Remove the line --- and what follows it.'],
    TAG_RESOLVE_FAILED: [
      'has a tag here that nothing is known of',
      'Remove the word that begins with an exclamation mark.',
    ],
    BAD_ALIAS: [
      'has an alias here that stands for nothing',
      'Give the value it stands for a name before it: &name.',
    ],
    BAD_INDENT: [
      'is indented wrongly here, or lacks a bracket',
      'Keys of one section stand exactly below each other.',
    ],
    BLOCK_AS_IMPLICIT_KEY: [
      'has two keys on one line here',
      'Is a line indented wrongly, or are quotes missing around a text with a colon?',
    ],
    BLOCK_IN_FLOW: ['has an indented section between brackets here', 'Write it as { key: value }.'],
    MISSING_CHAR: [
      'lacks a character here: a quote, a bracket, a comma, a colon or a space',
      'Is a quote or bracket never closed?',
    ],
    BAD_SCALAR_START: ['has a text here that needs quotes', 'Put quotes around it.'],
    BAD_DQ_ESCAPE: [
      'has a backslash between double quotes here that means nothing',
      'Use single quotes, or write two.',
    ],
    MULTILINE_IMPLICIT_KEY: ['has a key over several lines here', 'Is the colon after a key missing?'],
    KEY_OVER_1024_CHARS: [
      'has a key of more than 1,024 characters here',
      'Is the colon after a key missing?',
    ],
    RESOURCE_EXHAUSTION: ['is nested too deeply', 'No configuration needs more than ten levels.'],
  }

function explain({ code }: YAMLError): { readonly problem: string; readonly remedy: string } {
  const [problem, remedy] = explanations[code] ?? [
    'is no YAML here',
    'Are the indentation, colons and quotes of this line and the one before it right?',
  ]
  return { problem, remedy }
}
