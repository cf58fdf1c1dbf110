import { execFileSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import {
  CODE_FILE,
  otherPathOf,
  receiverCodes,
  SECRET_VARIABLE,
  startCommand,
} from '../../src/webhooks/receiver-code.ts'

const repository = join(import.meta.dirname, '../../../../..')

describe.each(receiverCodes)('the code for $name', ({ framework, install, code }) => {
  it('is the example, which is compiled and run', async () => {
    expect(code).toBe(await readFile(join(repository, 'examples', framework, 'server.ts'), 'utf8'))
  })

  it('is installed, saved and started as the README says', async () => {
    const readme = await readFile(join(repository, `packages/webhooks-${framework}/README.md`), 'utf8')
    expect(readme).toContain(`\`\`\`sh\n${install}\n\`\`\``)
    expect(readme).toContain(`Save it as \`${CODE_FILE}\``)
    expect(readme).toContain(`\`${SECRET_VARIABLE}=… node ${CODE_FILE}\``)
  })
})

describe('the command that starts it', () => {
  it('is plain with a generated secret', () => {
    expect(startCommand('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ=')).toBe(
      'COMPLYWISE_WEBHOOK_SECRET=whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw2p7n1m5+3fQ= node server.mjs',
    )
  })

  it.each(['it\'s $HOME `id` \\ "quoted"', '; echo owned #', 'ключ', '!!', '~'])(
    'hands the secret %s over as it is, whatever shells make of its characters',
    (secret) => {
      const command = startCommand(secret).replace(
        /node server\.mjs$/,
        `sh -c 'printf %s "$${SECRET_VARIABLE}"'`,
      )
      expect(execFileSync('sh', ['-c', command], { encoding: 'utf8' })).toBe(secret)
    },
  )
})

describe('the path of the endpoint', () => {
  it.each([
    ['https://example.com/webhooks', undefined],
    ['https://example.com/webhooks?tenant=1', undefined],
    ['https://example.com/hook', '/hook'],
    ['https://example.com', '/'],
    ['nothing', undefined],
  ])('of %s is another one than the code’s: %s', (url, path) => {
    expect(otherPathOf(url)).toBe(path)
  })
})
