/** The organization that all trials are about. */
export const instance = 'trial'

/** The kinds of conditions. */
export type ConditionKind = 'control' | 'scan' | 'score' | 'integration' | 'storm'

/**
 * The correlation key of a condition, by the rule that the documentation gives; of names without special characters only,
 * which suffices for trials.
 *
 * @example conditionKey('control', 'SOC 2', 'A-1') // 'cw:trial:control:soc 2:a-1'
 */
export function conditionKey(kind: ConditionKind, ...parts: readonly string[]): string {
  return ['cw', instance, kind, ...parts.map((part) => part.toLowerCase())].join(':')
}
