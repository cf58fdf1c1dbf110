import { expect } from 'vitest'
import type { AppName } from '../../src/destinations/destination.ts'
import type { Report } from '../../src/run/report.ts'
import { openScene } from '../../src/run/scene.ts'
import type { Trial, TrialOptions } from '../../src/trials/trial.ts'

/** Runs a trial with other options than its own, and expects that it kept every promise. */
export async function runShort<Options extends TrialOptions>(
  trial: Trial<Options>,
  app: AppName,
  options: Partial<Options>,
): Promise<Report> {
  const scene = await openScene(`${trial.name}-${app}`)
  const fallbacks = Object.fromEntries(
    Object.entries(trial.options).map(([name, { fallback }]) => [name, fallback]),
  )
  let report: Report | undefined
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- Every option has a fallback of its type.
    report = await trial.run(scene, { app, seed: 7, options: { ...fallbacks, ...options } as Options })
  } finally {
    await scene.leave(report?.broken.length !== 0)
  }
  expect(report.broken).toEqual([])
  return report
}
