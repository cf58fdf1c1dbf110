import { readConfig } from '@complywise/service'
import { expect, test } from 'vitest'
import { configDefinition } from '../../src/config.ts'

const secret = `whsec_${Buffer.alloc(32, 'abcdefghijklmnopqrstuvwxyz').toString('base64')}`
const webhook = {
  SENDER_OPERATOR_WEBHOOK_URL: 'https://ops.example.com/hook',
  SENDER_OPERATOR_WEBHOOK_SECRET: secret,
}
const email = { SENDER_SMTP_URL: 'smtps://user:hunter2@mail.example.com', SENDER_EMAIL_FROM: 'a@example.com' }

function problems(env: Readonly<Record<string, string>>): readonly string[] {
  const result = readConfig(configDefinition, env)
  return result.kind === 'valid'
    ? []
    : result.problems.map(({ variable, problem }) => `${variable} ${problem}`)
}

test.each<[string, Readonly<Record<string, string>>]>([
  ['nothing', {}],
  ['a webhook', webhook],
  ['e-mails to contacts', email],
  ['everything', { ...webhook, ...email, SENDER_EMAIL_TO: 'ops@example.com' }],
  ['a sender with a name', { ...email, SENDER_EMAIL_FROM: 'ComplyWise, Webhooks <a@example.com>' }],
  ['a mail server on this machine', { ...email, SENDER_SMTP_URL: 'smtp://127.0.0.1:2525' }],
])('%s is a configuration', (_name, env) => {
  expect(problems(env)).toEqual([])
})

test.each<[string, Readonly<Record<string, string>>, string]>([
  [
    'a webhook without its secret',
    { SENDER_OPERATOR_WEBHOOK_URL: webhook.SENDER_OPERATOR_WEBHOOK_URL },
    'SENDER_OPERATOR_WEBHOOK_SECRET is required with SENDER_OPERATOR_WEBHOOK_URL',
  ],
  [
    'a secret without its webhook',
    { SENDER_OPERATOR_WEBHOOK_SECRET: secret },
    'SENDER_OPERATOR_WEBHOOK_URL is required with SENDER_OPERATOR_WEBHOOK_SECRET',
  ],
  [
    'a mail server without a sender',
    { SENDER_SMTP_URL: email.SENDER_SMTP_URL },
    'SENDER_EMAIL_FROM is required with SENDER_SMTP_URL',
  ],
  [
    'a sender without a mail server',
    { SENDER_EMAIL_FROM: 'a@example.com' },
    'SENDER_SMTP_URL is required with SENDER_EMAIL_FROM',
  ],
  [
    'a recipient without a mail server',
    { SENDER_EMAIL_TO: 'a@example.com' },
    'SENDER_SMTP_URL is required with SENDER_EMAIL_TO',
  ],
  [
    'a webhook that is no endpoint',
    { ...webhook, SENDER_OPERATOR_WEBHOOK_URL: 'ftp://ops.example.com' },
    'SENDER_OPERATOR_WEBHOOK_URL must be an absolute https: or http: URL without user name, password and fragment, but is "ftp://ops.example.com"',
  ],
  [
    'a weak secret',
    { ...webhook, SENDER_OPERATOR_WEBHOOK_SECRET: 'hunter2' },
    'SENDER_OPERATOR_WEBHOOK_SECRET must be a strong secret, such as whsec_ and 32 random bytes in base64',
  ],
  [
    'a mail server of another scheme',
    { ...email, SENDER_SMTP_URL: 'https://user:hunter2@mail.example.com' },
    'SENDER_SMTP_URL must be a URL such as smtps://user:password@mail.example.com, with special characters percent-encoded',
  ],
  [
    'a sender with a line break',
    { ...email, SENDER_EMAIL_FROM: 'a@example.com\r\nBcc: b@example.com' },
    'SENDER_EMAIL_FROM must be an address such as webhooks@example.com or ComplyWise <webhooks@example.com>, but is "a@example.com\\r\\nBcc: b@example.com"',
  ],
  [
    'two recipients',
    { ...email, SENDER_EMAIL_TO: 'a@example.com, b@example.com' },
    'SENDER_EMAIL_TO must be an e-mail address, but is "a@example.com, b@example.com"',
  ],
])('%s is the one problem that is told', (_name, env, problem) => {
  expect(problems(env)).toEqual([problem])
  expect(problems(env).join()).not.toContain('hunter2')
})
