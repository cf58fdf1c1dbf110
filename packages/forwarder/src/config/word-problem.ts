import type { Complaint } from './describe-issue.ts'
import { didYouMean } from './did-you-mean.ts'
import { type FilePath, shownValue } from './file-problem.ts'
import { candidatesAt, descriptionOf, isSecret, type JsonSchema, knownKeys } from './input-schema.ts'

/** What a problem is worded with. */
export interface Wording {
  readonly schema: JsonSchema
  /** What the file says, references replaced. */
  readonly value: unknown
  /** Where a value comes from when that is not the file: `${NAME}`. */
  readonly sourceOf: (path: FilePath) => string | undefined
}

/** A complaint in whole: what is wrong, what was found, what to do. */
export function wordProblem(
  complaint: Complaint,
  { schema, value, sourceOf }: Wording,
): { readonly problem: string; readonly remedy: string } {
  const { path, kind, choices } = complaint
  const message = sentencePart(complaint.message)
  const candidates = candidatesAt(schema, path)
  const description = path
    .map((_, index) => descriptionOf(candidatesAt(schema, path.slice(0, path.length - index))))
    .find((each) => each !== undefined)
  const remedy = description ?? 'Correct it.'
  if (kind === 'unknown-key') {
    return { problem: 'is not a setting', remedy: unknownKeyRemedy(schema, path) }
  }
  if (kind === 'missing' || kind === 'name' || isSecret(candidates, path)) return { problem: message, remedy }
  const found = valueAt(value, path)
  const meant = typeof found === 'string' ? didYouMean(found, choices) : undefined
  const source = sourceOf(path)
  if (source !== undefined) return { problem: `${message}; its value comes from ${source}`, remedy }
  const shown = shownValue(found)
  // That it is a section is news only where something else is asked for.
  const isNews = message.startsWith(typeof found === 'object' ? 'must be ' : 'must ')
  const isShown = isNews && shown !== undefined && found !== undefined
  return {
    problem: isShown ? `${message}, but is ${shown}` : message,
    remedy: meant !== undefined ? `Did you mean ${meant}?` : (choiceRemedy(message, choices) ?? remedy),
  }
}

function unknownKeyRemedy(schema: JsonSchema, path: FilePath): string {
  const key = String(path.at(-1))
  if (key === '<<') return 'YAML 1.2 knows no merge keys; use an alias for a whole value.'
  const known = knownKeys(candidatesAt(schema, path.slice(0, -1)))
  const meant = didYouMean(key, known)
  if (meant !== undefined) return `Did you mean ${meant}?`
  return known.length === 0 ? 'Remove it.' : `Known here: ${known.join(', ')}.`
}

/** What can be chosen from, where the message does not say it. */
function choiceRemedy(message: string, choices: readonly string[]): string | undefined {
  const [first] = choices
  if (first === undefined || choices.length > 20 || message.includes(first)) return undefined
  return `There ${choices.length === 1 ? 'is' : 'are'} ${choices.join(', ')}.`
}

/** A message of ours reads on from the path; a sentence does not. */
function sentencePart(message: string): string {
  const part = message.replace(/\.$/, '')
  return /^[a-z]/.test(part) ? part : `is not valid: ${part}`
}

function valueAt(value: unknown, path: FilePath): unknown {
  return path.reduce<unknown>((at, key) => {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, key)) return undefined
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It has the key.
    return (at as Record<string | number, unknown>)[key]
  }, value)
}
