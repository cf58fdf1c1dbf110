/** One thing wrong with the environment, in words for the person who set it. */
export interface ConfigProblem {
  /** The environment variable at fault. */
  readonly variable: string
  /** What is wrong; reads on from the variable's name: `must be …, but is "…"`. Never holds a secret. */
  readonly problem: string
  /** What to do about it, as sentences. */
  readonly remedy: string
}

/** All `problems` as text for stderr, ending in a newline. */
export function formatConfigProblems(problems: readonly ConfigProblem[]): string {
  const title =
    problems.length === 1
      ? '1 problem with the configuration:'
      : `${problems.length} problems with the configuration:`
  const entries = problems.map(
    ({ variable, problem, remedy }) => `\n  ${variable} ${problem}.\n    ${remedy}\n`,
  )
  return `${title}\n${entries.join('')}`
}
