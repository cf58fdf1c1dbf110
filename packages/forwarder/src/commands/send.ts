import type { ForwarderApp } from '../forwarder-app.ts'
import { forwardedOutput } from './forwarded-output.ts'
import { openEngine } from './open-engine.ts'
import { readEventFile } from './read-event-file.ts'
import { runCommand } from './run-command.ts'

/** What `send` and other commands were asked for. */
export interface JsonOptions {
  readonly json?: boolean
}

/** `send`: forwards an event from a file as if it had been received. */
export function send<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  path: string,
  { json = false }: JsonOptions,
): Promise<never> {
  return runCommand(async (defer) => {
    const event = await readEventFile(path, new Date())
    const { engine, loaded } = openEngine(app, defer)
    const signal = AbortSignal.timeout(loaded.app.settings.deadlineMs)
    const forwarded = await engine.forward(event, signal, 'command')
    return forwardedOutput([{ eventId: event.event_id, forwarded }], json, process.stdout.isTTY)
  })
}
