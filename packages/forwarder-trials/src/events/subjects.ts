/** A control of the organization that trials are about. */
export interface Control {
  readonly framework: string
  readonly id: string
}

const frameworks = [
  ['A', 'SOC 2'],
  ['B', 'ISO 27001'],
  ['C', 'HIPAA'],
] as const

/** The names of the frameworks. */
export const frameworkNames: readonly string[] = frameworks.map(([, name]) => name)

/** So many controls of each of the three frameworks: `A-1`, `A-2` … of `SOC 2`. */
export function controlsOf(each: number): readonly Control[] {
  return frameworks.flatMap(([letter, framework]) =>
    Array.from({ length: each }, (_, index) => ({ framework, id: `${letter}-${index + 1}` })),
  )
}

/** The integrations. */
export const integrationNames: readonly string[] = Array.from(
  { length: 6 },
  (_, index) => `Integration-${index + 1}`,
)
