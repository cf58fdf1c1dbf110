import { exitCodes } from '@complywise/service'

/**
 * Writes to stdout, and resolves once it is written: what is too large for memory is written piece by piece.
 *
 * @throws {Error} when it cannot be written. Where nobody reads any more, as after `head`, the process ends with 0 instead:
 * whoever asked has what they want.
 */
export function print(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      if (!error) return resolve()
      const code = 'code' in error ? String(error.code) : error.message
      if (code === 'EPIPE') process.exit(exitCodes.ok)
      reject(new Error(`The output could not be written (${code}), and is not complete.`))
    })
  })
}
