import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import type { Account } from './account.ts'
import { EmbeddedPostgresError, systemErrorCode } from './errors.ts'

/** Where, as whom and for how long a tool runs. */
export interface ToolOptions {
  /** Working directory. Paths in arguments are relative to it: the tools do not quote them for the shells they start. */
  readonly cwd: string
  /** Who runs the tool. Default: the sender's own account. */
  readonly account: Account | undefined
  /** The tool is killed after this. */
  readonly timeoutMs: number
}

/** How a tool ended. */
export interface ToolResult {
  /** Exit code; `null` if it was killed. */
  readonly code: number | null
  /** The last lines it wrote. */
  readonly output: string
}

/**
 * Runs one of PostgreSQL's programs to its end.
 *
 * @throws {EmbeddedPostgresError} `platform_unsupported`, `account_unavailable` when it could not be run at all.
 */
export async function runTool(
  file: string,
  args: readonly string[],
  { cwd, account, timeoutMs }: ToolOptions,
): Promise<ToolResult> {
  const child = spawn(file, args, {
    cwd,
    ...account,
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
    // In a session of its own, so that Ctrl-C reaches only the sender, which then stops things in order.
    detached: process.platform !== 'win32',
    windowsHide: true,
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      output = (output + chunk).slice(-4000)
    })
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
  const closed = once(child, 'close')
  try {
    await once(child, 'exit')
  } catch (error) {
    throw notRunnable(file, { cwd, account }, error)
  } finally {
    clearTimeout(timer)
    closed.catch(() => {})
  }
  // On Windows the server inherits the pipes of the tool that started it, which then never close.
  await Promise.race([closed, delay(1000, undefined, { ref: false })])
  return { code: child.exitCode, output: output.trim() }
}

/**
 * What the tools and the server they start need of the environment; not the sender's secrets, which the server's
 * account could read from `/proc`, and not `PG…` variables, which would change what the tools do.
 */
function toolEnvironment(): NodeJS.ProcessEnv {
  const kept = [
    'PATH',
    'LD_LIBRARY_PATH',
    'TMPDIR',
    'TEMP',
    'TMP',
    'SystemRoot',
    'USERPROFILE',
    'USERNAME',
    'USERDOMAIN',
  ]
  return { ...Object.fromEntries(kept.map((name) => [name, process.env[name]])), LC_ALL: 'C', TZ: 'UTC' }
}

function notRunnable(
  file: string,
  { cwd, account }: Pick<ToolOptions, 'cwd' | 'account'>,
  cause: unknown,
): EmbeddedPostgresError {
  const code = systemErrorCode(cause) ?? String(cause)
  if (code === 'ENOENT' && existsSync(file) && existsSync(cwd)) {
    // The file is there; what is missing is the loader it names, as on Alpine, whose C library is musl.
    return new EmbeddedPostgresError(
      'platform_unsupported',
      `The embedded PostgreSQL was built for systems with the GNU C library, which this one lacks (${file}). ` +
        'Set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
  if (account !== undefined && (code === 'EPERM' || code === 'EINVAL')) {
    return new EmbeddedPostgresError(
      'account_unavailable',
      `PostgreSQL refuses to run as root, and this process may not run it as user ${account.uid} (${code}). ` +
        'Run the sender as an ordinary user, or set DATABASE_URL to a PostgreSQL of your own.',
      { cause },
    )
  }
  return new EmbeddedPostgresError(
    'platform_unsupported',
    `The embedded PostgreSQL cannot be run: ${file} (${code}). Set DATABASE_URL to a PostgreSQL of your own.`,
    { cause },
  )
}
