import { styleText } from 'node:util'
import { createLogger, formatTable } from '@complywise/service'
import { formatPath } from '../config/file-problem.ts'
import type { LoadProblem } from '../config/load-config.ts'
import { cleanText } from '../domain/clean-text.ts'
import type { Finding } from '../engine/destination.ts'
import type { ForwarderApp } from '../forwarder-app.ts'
import { checkFiles } from './check-files.ts'
import { jsonText } from './json-text.ts'
import { loadConfigOrExit } from './load-config-or-exit.ts'
import { runCommand } from './run-command.ts'
import type { JsonOptions } from './send.ts'

/** As long as a person waits. */
const timeoutMs = 30_000

/** `check`: validates the configuration, looks at the files, and asks the destination whether it would take what it says. */
export function check<Target, Options, Remote>(
  app: ForwarderApp<Target, Options, Remote>,
  { json = false }: JsonOptions,
): Promise<never> {
  return runCommand(async (defer) => {
    const loaded = loadConfigOrExit(app)
    const logger = createLogger({ name: app.name, level: 'error', destination: 'stderr' })
    const destination = app.connect(loaded.app, { logger, now: Date.now })
    defer(() => destination.close())
    const findings = [
      configurationFinding(loaded.process.configPath),
      ...loaded.warnings.map(warningFinding),
      ...(await checkFiles(loaded.process)),
      ...(await destination.check(AbortSignal.timeout(timeoutMs))),
    ]
    const hasFailed = findings.some(({ status }) => status === 'failed')
    if (json) {
      return {
        output: `${jsonText({ status: hasFailed ? 'failed' : 'ok', findings: findings.map(toJson) })}\n`,
        hasFailed,
      }
    }
    return { output: findingsText(findings, process.stdout.isTTY), hasFailed }
  })
}

/** A finding with the names that all JSON output has. */
function toJson({ isOutage = false, ...finding }: Finding): Readonly<Record<string, unknown>> {
  return isOutage ? { ...finding, is_outage: true } : finding
}

function configurationFinding(path: string | undefined): Finding {
  const what = path === undefined ? 'The environment' : `The configuration file ${path}`
  return { status: 'ok', code: 'configuration_valid', message: `${what} is valid.` }
}

function warningFinding(warning: LoadProblem): Finding {
  const subject =
    'variable' in warning
      ? warning.variable
      : `${formatPath(warning.path)}${warning.line === undefined ? '' : ` (line ${warning.line})`}`
  return {
    status: 'warning',
    code: 'configuration_warning',
    message: `${subject} ${warning.problem}.`,
    fix: warning.remedy,
  }
}

const colors = { ok: 'green', warning: 'yellow', failed: 'red' } as const

/** Findings for people on a terminal; elsewhere one line for each: status, code, message, fix. */
function findingsText(findings: readonly Finding[], isTerminal: boolean): string {
  if (!isTerminal) {
    const rows = findings.map(({ status, code, message, fix = '-' }) => [status, code, message, fix])
    return formatTable(
      [],
      rows.map((row) => row.map((text) => cleanText(text))),
      false,
    )
  }
  return findings
    .map(({ status, message, fix }) => {
      // Honors NO_COLOR.
      const mark = styleText(colors[status], status.padEnd(7), { stream: process.stdout })
      const line = `${mark}  ${cleanText(message)}\n`
      return fix === undefined ? line : `${line}         → ${cleanText(fix)}\n`
    })
    .join('')
}
