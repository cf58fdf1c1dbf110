import { execFile } from 'node:child_process'

/** How a program is run. */
export interface CommandOptions {
  readonly cwd: string
  /** In place of this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** After that long it is killed; default: two minutes. */
  readonly timeoutMs?: number
}

/**
 * Runs a program to its end.
 *
 * @returns what it printed on standard output.
 * @throws {Error} with the end of all that it printed, when it fails or has to be killed.
 */
export function runCommand(
  file: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 120_000 }: CommandOptions,
): Promise<string> {
  const options = {
    cwd,
    timeout: timeoutMs,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
    ...(env && { env: { ...env } }),
  } as const
  return new Promise((resolve, reject) => {
    execFile(file, [...args], options, (error, stdout, stderr) => {
      if (!error) return resolve(stdout)
      const reason = error.killed ? `killed after ${timeoutMs} ms` : `exit code ${error.code ?? 'none'}`
      const printed = `${stdout}\n${stderr}`.trim().split('\n').slice(-40).join('\n')
      reject(new Error(`${[file, ...args].join(' ')}: ${reason}\n${printed}`))
    })
  })
}
