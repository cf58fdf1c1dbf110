/** How bad an alert is, in PagerDuty's words: `critical` and `error` wake people up there, the others do not. */
export type Severity = 'critical' | 'error' | 'warning' | 'info'

/** Every severity, the worst first. */
export const severities = ['critical', 'error', 'warning', 'info'] as const satisfies readonly Severity[]

/** The worse of two. */
export function worseOf(a: Severity, b: Severity): Severity {
  return severities.indexOf(a) <= severities.indexOf(b) ? a : b
}
