import type { FieldProblem } from '../../api/problem.ts'

/**
 * What is wrong with one field of a request, and with what is in it.
 *
 * @param name the field's name in the API.
 */
export function errorOf(errors: readonly FieldProblem[], name: string): string | undefined {
  const found = errors.filter(({ path }) => path === `/${name}` || path.startsWith(`/${name}/`))
  return found.length === 0 ? undefined : found.map(({ detail }) => detail).join(' ')
}

/** What is wrong with the header of this name, in any case of its letters. */
export function headerErrorOf(errors: readonly FieldProblem[], name: string): string | undefined {
  const lowerCase = name.trim().toLowerCase()
  const found = errors.filter(({ path }) => headerNameOf(path) === lowerCase)
  return found.length === 0 ? undefined : found.map(({ detail }) => detail).join(' ')
}

/** What is wrong with none of these fields: it has to be said somewhere else. */
export function otherErrors(
  errors: readonly FieldProblem[],
  names: readonly string[],
): readonly FieldProblem[] {
  return errors.filter(({ path }) => !names.includes(path.split('/')[1] ?? ''))
}

function headerNameOf(pointer: string): string | undefined {
  const name = /^\/headers\/([^/]+)$/.exec(pointer)?.[1]
  return name?.replaceAll('~1', '/').replaceAll('~0', '~').toLowerCase()
}
