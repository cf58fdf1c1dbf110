import type { FileProblem } from './file-problem.ts'

/** `problem` with whatever of `hidden` is in it replaced: a last guard, since messages may be those of apps. */
export function withoutSecrets(problem: FileProblem, hidden: ReadonlySet<string>): FileProblem {
  // Shorter ones are no secrets, and are parts of other words.
  const texts = [...hidden].filter((text) => text.length >= 6).toSorted((a, b) => b.length - a.length)
  const clean = (text: string) =>
    texts.reduce(
      (rest, secret) => rest.replaceAll(secret, '…').replaceAll(JSON.stringify(secret).slice(1, -1), '…'),
      text,
    )
  return {
    ...problem,
    path: problem.path.map((part) => (typeof part === 'string' ? clean(part) : part)),
    problem: clean(problem.problem),
    remedy: clean(problem.remedy),
  }
}
