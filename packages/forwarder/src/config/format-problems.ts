import { formatPath } from './file-problem.ts'
import type { LoadProblem } from './load-config.ts'

/** A file of another program has thousands. */
const maxShown = 50

/**
 * Problems as text for stderr, ending in a newline; `title` names one of them, its first word is what there are several of.
 *
 * @param fileName how the file is called, for the places in it, which editors and terminals make links of.
 */
export function formatProblems(
  problems: readonly LoadProblem[],
  fileName = 'the configuration file',
  title = 'problem with the configuration',
): string {
  const entries = problems
    .slice(0, maxShown)
    .map((each) => `\n  ${subject(each, fileName)} ${each.problem}.\n    ${each.remedy}\n`)
  const more = problems.length > maxShown ? `\n  … and ${problems.length - maxShown} more.\n` : ''
  return `${problems.length} ${problems.length === 1 ? title : title.replace(/^\w+/, '$&s')}:\n${entries.join('')}${more}`
}

function subject(problem: LoadProblem, fileName: string): string {
  if ('variable' in problem) return problem.variable
  const place = problem.line === undefined ? fileName : `${fileName}:${problem.line}:${problem.column ?? 1}`
  return `${place} ${formatPath(problem.path)}`
}
