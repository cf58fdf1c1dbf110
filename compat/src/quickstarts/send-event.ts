import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runCommand } from '../run-command.ts'

/** Where and how an event is sent. */
export interface EventRequest {
  /** A folder for what the commands read and write. */
  readonly directory: string
  readonly url: string
  readonly secret: string
  /** The body. */
  readonly body: string
  /** What is sent in place of `body`, which alone is signed. */
  readonly sentBody?: string
  /** How many requests to send at once. Default: 1. */
  readonly times?: number
}

/**
 * Signs a body with the `openssl` command and sends it with `curl`.
 *
 * @returns the answers, each with its status and the word in its body, such as `200 processed`.
 */
export async function sendEvent(request: EventRequest): Promise<readonly string[]> {
  const { directory, url, secret, body, sentBody = body, times = 1 } = request
  await writeFile(join(directory, 'signed.json'), body)
  await writeFile(join(directory, 'sent.json'), sentBody)
  const digest = await runCommand('openssl', ['dgst', '-sha256', '-hmac', secret, '-r', 'signed.json'], {
    cwd: directory,
  })
  const [hmac] = digest.split(' ')
  // curl makes as many requests as the range in the URL has numbers, and a file for each answer.
  const flags = `--silent --show-error --max-time 30 --parallel --parallel-immediate --parallel-max ${times}`
  const headers = ['content-type: application/json', `x-complywise-signature: sha256=${hmac}`]
  const args = [
    ...flags.split(' '),
    ...headers.flatMap((header) => ['--header', header]),
    '--data-binary',
    '@sent.json',
    '--output',
    'answer-#1.json',
    '--write-out',
    '%{filename_effective} %{http_code}\\n',
    `${url}?request=[1-${times}]`,
  ]
  const output = await runCommand('curl', args, { cwd: directory })
  const answers = output
    .trim()
    .split('\n')
    .map(async (line) => {
      const [file = '', status = ''] = line.split(' ')
      const answer: { status: string } = JSON.parse(await readFile(join(directory, file), 'utf8'))
      return `${status} ${answer.status}`
    })
  return Promise.all(answers)
}
