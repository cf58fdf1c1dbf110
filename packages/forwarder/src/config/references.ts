/** Where the values of references come from. */
export interface ReferenceSources {
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Reads the file of a `file:` reference as text. Throws when it cannot, with a `code` such as `ENOENT`. */
  readonly readSecretFile: (path: string) => string
}

/** What the references in a text stand for, or what is wrong with them. */
export type Expansion =
  | { readonly kind: 'text'; readonly text: string; readonly variables: readonly string[] }
  | { readonly kind: 'problem'; readonly problem: string; readonly remedy: string }

/**
 * Replaces each `${NAME}` by the variable's value, and `$${` by `${`. What a variable holds is not looked through again. An
 * empty variable counts as not set.
 */
export function expandReferences(
  text: string,
  environment: Readonly<Record<string, string | undefined>>,
): Expansion {
  const variables: string[] = []
  const missing: string[] = []
  let malformed = false
  const expanded = text.replace(/\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)\}|\$\{/g, (match, name?: string) => {
    if (match === '$${') return '${'
    if (name === undefined) {
      malformed = true
      return ''
    }
    variables.push(name)
    const value = environment[name] ?? ''
    if (value === '') missing.push(name)
    return value
  })
  if (malformed) {
    return {
      kind: 'problem',
      problem: 'has ${ without a name and }',
      remedy: 'Write ${NAME} for the value of a variable, or $${ for the two characters themselves.',
    }
  }
  if (missing.length > 0) {
    const names = [...new Set(missing)].map((name) => `\${${name}}`).join(' and ')
    return {
      kind: 'problem',
      problem: `refers to ${names}, which ${missing.length === 1 ? 'is' : 'are'} not set`,
      remedy: 'Set it in the environment of the process.',
    }
  }
  return { kind: 'text', text: expanded, variables }
}

/**
 * Reads the secret of a reference: `file:/run/secrets/token`, or a path from the directory of the configuration file. One
 * newline at its end is cut off.
 *
 * @param written how the file writes it, for problems: what a variable adds to the path is not shown.
 */
export function readSecretReference(
  reference: string,
  written: string,
  { readSecretFile }: Pick<ReferenceSources, 'readSecretFile'>,
): Expansion {
  const path = reference.replace(/^file:(\/\/(?=\/))?/, '')
  try {
    const text = readSecretFile(path).replace(/\r?\n$/, '')
    if (text !== '') return { kind: 'text', text, variables: [] }
    return {
      kind: 'problem',
      problem: `refers to ${written}, which is empty`,
      remedy: 'Write the secret into it.',
    }
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable'
    return {
      kind: 'problem',
      problem: `refers to ${written}, which cannot be read (${reason})`,
      remedy: 'Name a file that exists and that this process may read.',
    }
  }
}

/** Where the braces of references are hidden while YAML is parsed: inside `{ }` and `[ ]` they would end a plain text. */
const [open, close] = ['\uE000', '\uE001']

/** Hides the braces of references; every character keeps its place. */
export function hideReferences(yaml: string): string {
  if (yaml.includes(open) || yaml.includes(close)) return yaml
  return yaml.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, `$$${open}$1${close}`)
}

/** Undoes {@link hideReferences}. */
export function showReferences(text: string): string {
  return text.replaceAll(open, '{').replaceAll(close, '}')
}
