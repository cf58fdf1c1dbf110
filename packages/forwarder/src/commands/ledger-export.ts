import type { ForwarderApp } from '../forwarder-app.ts'
import { type Entry, entryFields } from '../ledger/entry.ts'
import { jsonText, unprintable } from './json-text.ts'
import { readLedger } from './open-ledger-or-fail.ts'
import { print } from './print.ts'
import { readPeriod } from './read-period.ts'
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
    const filter = { ...readPeriod(from, to), ...(framework !== undefined && { framework }) }
    return readLedger(app, async (ledger) => {
      let chunk = format === 'csv' ? csvHeader : ''
      for (const entry of ledger.entries(filter)) {
        chunk += format === 'csv' ? csvLine(entry) : `${jsonText(entry)}\n`
        if (chunk.length < chunkLength) continue
        await print(chunk)
        chunk = ''
      }
      return chunk
    })
  })
}

/** First line of an export as CSV. */
const csvHeader = `${entryFields.join(',')}\r\n`

/**
 * An entry as a line of CSV (RFC 4180), UTF-8 without a mark at its beginning, which other programs would take for a part of
 * the first name. A value that a spreadsheet would take for a formula begins with an apostrophe, also where it divides at
 * semicolons or tabs; whoever wants to check hashes takes the JSON lines.
 */
function csvLine(entry: Entry): string {
  return `${entryFields.map((field) => csvValue(entry[field])).join(',')}\r\n`
}

function csvValue(value: string | number | null): string {
  const text = typeof value === 'string' ? withoutControls(value) : String(value ?? '')
  const safe = text.replace(/(^|[;\t])(?=\s*[=+\-@])/g, `$1'`)
  return /[",;\t]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** A line of the output is one entry, and shows what it says in the order in which it says it. */
function withoutControls(text: string): string {
  return text.replaceAll(unprintable, (each) => (/\s/.test(each) ? ' ' : '\uFFFD'))
}
