import type { Scalar } from 'yaml'
import type { FilePath } from './file-problem.ts'
import { type Candidates, isSecret, takes } from './input-schema.ts'
import { type Place, placeKey, type Reading } from './place.ts'
import { expandReferences, readSecretReference, showReferences } from './references.ts'

/** The value of one scalar, its references replaced. */
export function readScalar(
  reading: Reading,
  { value, source }: Scalar,
  path: FilePath,
  candidates: Candidates,
  place: Place,
): unknown {
  const refuse = (problem: string, remedy: string) => reading.report(path, place.value, problem, remedy)
  if (value !== null && typeof value === 'object') {
    return refuse('has a tag that configurations do not know', 'Remove the word that begins with !!.')
  }
  const takesText = takes(candidates, 'string')
  const takesOther = takes(candidates, 'number', 'integer', 'boolean')
  // 1.10 is the name of a control, not the number 1.1.
  const isText = typeof value === 'string' || (typeof value === 'number' && takesText && !takesOther)
  if (!isText) return value
  const written = showReferences(typeof value === 'string' ? value : (source ?? String(value)))
  const expansion = expandReferences(written, reading.sources.environment)
  if (expansion.kind === 'problem') return refuse(expansion.problem, expansion.remedy)
  const { text, variables } = expansion
  const isHidden = isSecret(candidates, path)
  if (isHidden && written.startsWith('file:')) {
    const content = readSecretReference(text, written, reading.sources)
    if (content.kind === 'problem') return refuse(content.problem, content.remedy)
    reading.hidden.add(content.text)
    reading.places.set(placeKey(path), { ...place, source: written })
    return content.text
  }
  if (variables.length === 0) {
    if (isHidden) {
      reading.hidden.add(text)
      reading.literalSecrets.push(path)
    }
    return text
  }
  for (const name of variables) reading.hidden.add(reading.sources.environment[name] ?? '')
  reading.hidden.add(text)
  const names = variables.map((name) => `\${${name}}`)
  reading.places.set(placeKey(path), { ...place, source: [...new Set(names)].join(' and ') })
  return takesOther && !takesText ? fromText(text) : text
}

/** A number or a switch out of a variable, which only holds text. */
function fromText(text: string): unknown {
  if (text === 'true' || text === 'false') return text === 'true'
  return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text
}
