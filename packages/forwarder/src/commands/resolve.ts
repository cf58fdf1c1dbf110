import { UsageError } from '@complywise/service'
import type { ForwarderApp } from '../forwarder-app.ts'
import { forwardedOutput, toJson } from './forwarded-output.ts'
import { jsonText } from './json-text.ts'
import { openEngine } from './open-engine.ts'
import { openExisting } from './open-ledger-or-fail.ts'
import { runCommand } from './run-command.ts'

/** What `resolve` was asked for. */
export interface ResolveOptions {
  readonly by: string
  readonly json?: boolean
}

const maxNameCharacters = 200

/** `resolve`: ends what is open for a key, at every target, because a person says so. */
export function resolve<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  key: string,
  { by, json = false }: ResolveOptions,
): Promise<never> {
  return runCommand(async (defer) => {
    if (by.trim() === '' || by.length > maxNameCharacters) {
      throw new UsageError(`--by: Expected a name of 1 to ${maxNameCharacters} characters.`)
    }
    const { engine, loaded } = openEngine(app, defer, (path) => openExisting(path, () => undefined))
    const signal = AbortSignal.timeout(loaded.app.settings.deadlineMs)
    const forwarded = await engine.resolve(key, by.trim(), signal)
    if (forwarded.steps.length === 0) {
      throw new Error(`Nothing is open for ${JSON.stringify(key)}. ${app.name} status lists what is.`)
    }
    const event = { eventId: '-', forwarded }
    const { output, hasFailed } = forwardedOutput([event], false, process.stdout.isTTY)
    if (!json) return { output, hasFailed }
    const { event_id: _, ...answer } = toJson(event)
    return { output: `${jsonText({ key, by: by.trim(), ...answer })}\n`, hasFailed }
  })
}
