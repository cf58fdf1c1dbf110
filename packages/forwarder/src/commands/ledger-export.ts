import { UsageError } from '@complywise/service'
import type { ForwarderApp } from '../forwarder-app.ts'
import { type Entry, entryFields } from '../ledger/entry.ts'
import { readLedger } from './open-ledger-or-fail.ts'
import { runCommand } from './run-command.ts'

/** What `ledger export` was asked for. */
export interface LedgerExportOptions {
  readonly format: 'jsonl' | 'csv'
  readonly from?: string
  readonly to?: string
  readonly framework?: string
}

/** Characters at a time: a ledger may be longer than what fits in memory. */
const chunkLength = 65_536

/** `ledger export`: who was told what, when. */
export function ledgerExport(
  app: Pick<ForwarderApp<never, never, never>, 'name'>,
  { format, from, to, framework }: LedgerExportOptions,
): Promise<never> {
  return runCommand(() => {
    const filter = {
      ...(from !== undefined && { from: instant('--from', from) }),
      ...(to !== undefined && { to: instant('--to', to) }),
      ...(framework !== undefined && { framework }),
    }
    return readLedger(app, async (ledger) => {
      let chunk = format === 'csv' ? csvHeader : ''
      for (const entry of ledger.entries(filter)) {
        chunk += format === 'csv' ? csvLine(entry) : `${JSON.stringify(entry)}\n`
        if (chunk.length < chunkLength) continue
        await written(chunk)
        chunk = ''
      }
      return chunk
    })
  })
}

/** First line of an export as CSV. */
const csvHeader = `${entryFields.join(',')}\r\n`

/**
 * An entry as a line of CSV (RFC 4180). A value that a spreadsheet would take for a formula begins with an apostrophe;
 * whoever wants to check hashes takes the JSON lines.
 */
function csvLine(entry: Entry): string {
  return `${entryFields.map((field) => csvValue(entry[field])).join(',')}\r\n`
}

function csvValue(value: string | number | null): string {
  const text = String(value ?? '')
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function instant(option: string, text: string): string {
  if (/^\d{4}-\d{2}-\d{2}/.test(text) && Number.isFinite(Date.parse(text)))
    return new Date(text).toISOString()
  throw new UsageError(
    `${option}: Expected a date or an instant, such as 2026-03-01 or 2026-03-01T12:00:00Z.`,
  )
}

function written(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => (error ? reject(error) : resolve()))
  })
}
