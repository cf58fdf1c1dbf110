import { createLogger } from '@complywise/service'
import { onTestFinished } from 'vitest'
import { loadConfig } from '../../src/config/load-config.ts'
import { type RunningForwarder, startForwarder, type StartOptions } from '../../src/serve/start-forwarder.ts'
import { paperApp } from './paper-app.ts'

/** Starts a forwarder in this process, which ends with the test. */
export async function startDesk(
  env: Readonly<Record<string, string>>,
  options: Partial<Pick<StartOptions<never, never, never>, 'isDryRun' | 'now'>> = {},
): Promise<RunningForwarder> {
  const loaded = loadConfig(paperApp, env, new Date())
  if (loaded.kind === 'invalid') throw new Error(JSON.stringify(loaded.problems))
  const forwarder = await startForwarder({
    app: paperApp,
    config: loaded.app,
    process: loaded.process,
    logger: createLogger({ name: 'test', level: 'silent' }),
    ...options,
  })
  let stopped: Promise<void> | undefined
  const stop = (): Promise<void> => (stopped ??= forwarder.stop())
  onTestFinished(stop)
  return { ...forwarder, stop }
}
