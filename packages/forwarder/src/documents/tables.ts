import { formatSettingsTable } from '@complywise/service'
import type { FileOf } from '../config/file-schema.ts'
import { formatFileReference } from '../config/format-file-reference.ts'
import { processSettings, simpleSettings } from '../config/process-settings.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { bareApp } from './bare-app.ts'

/** The keys that the files of all forwarders have, as a Markdown table. */
export function sharedFileTable(): string {
  return rowsWhere(bareApp, (section) => !isOwn(section, bareApp.destination))
}

/** The keys that only this app's file has: its section, and its targets. */
export function ownFileTable<Target, Options>(app: FileOf<Target, Options>): string {
  return rowsWhere(app, (section) => isOwn(section, app.destination))
}

/** The variables of the process of every forwarder, as a Markdown table. */
export function processTable(): string {
  return formatSettingsTable({ settings: processSettings('<name>') })
}

/** The variables with which an app needs no file, as a Markdown table. */
export function simpleTable<Target, Options, Remote>(
  app: Pick<ForwarderApp<Target, Options, Remote>, 'name' | 'simple'>,
): string {
  const { instance } = processSettings(app.name)
  return formatSettingsTable({ settings: { instance, ...simpleSettings, ...app.simple.settings } })
}

function rowsWhere<Target, Options>(
  app: FileOf<Target, Options>,
  isWanted: (section: string) => boolean,
): string {
  const [head, line, ...rows] = formatFileReference(app).trim().split('\n')
  const wanted = rows.filter((row) => isWanted(/^\| `([a-z_]+)/.exec(row)?.[1] ?? ''))
  return [head, line, ...wanted, ''].join('\n')
}

function isOwn(section: string, destination: string): boolean {
  return section === destination || section === 'targets'
}
