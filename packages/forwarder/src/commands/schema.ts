import { configJsonSchema } from '../config/config-json-schema.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { runCommand } from './run-command.ts'

/** `schema`: prints the JSON Schema of the configuration file. */
export function schema<Target, Options, Remote>(app: ForwarderApp<Target, Options, Remote>): Promise<never> {
  return runCommand(() => `${JSON.stringify(configJsonSchema(app), undefined, 2)}\n`)
}
