import type { Trial } from '../trials/trial.ts'

/** The help of the program. */
export function listOf(trials: readonly Trial[]): string {
  const width = Math.max(...trials.map(({ name }) => name.length))
  const lines = trials.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)
  return `Runs the forwarders as processes, between the sender and strict fakes of the destinations.

Usage: trial <name> [options]

${lines.join('\n')}

trial <name> --help says more about one.
`
}

/** The help of one trial. */
export function usageOf({ name, description, options, apps }: Trial): string {
  const own = Object.entries(options).map(([option, { description, fallback }]): [string, string] =>
    typeof fallback === 'boolean'
      ? [`--${fallback ? 'no-' : ''}${option}`, fallback ? `do not ${description}` : description]
      : [`--${option} <n>`, `${description} (default: ${fallback})`],
  )
  const lines: readonly (readonly [string, string])[] = [
    ...(apps.length > 1 ? [['--app <name>', `${apps.join(', ')} (default: ${apps[0] ?? ''})`] as const] : []),
    ...own,
    ['--seed <n>', 'repeats the choices of an earlier run (default: a new one; it is printed)'],
    ['--json', 'print one JSON object'],
    ['-h, --help', 'show this'],
  ]
  const width = Math.max(...lines.map(([option]) => option.length))
  return `${description}

Usage: trial ${name} [options]

${lines.map(([option, text]) => `  ${option.padEnd(width)}  ${text}`).join('\n')}

Exit codes: 0 every promise was kept, 1 one was broken or the trial failed, 2 called wrongly.
`
}
