import { expect, it } from 'vitest'
import { z } from 'zod'
import { defineConfig, formatSettingsHelp, formatSettingsTable, integer, list } from '../src/index.ts'

const definition = defineConfig({
  prefix: 'SENDER_',
  settings: {
    port: {
      env: 'SENDER_PORT',
      schema: integer({ min: 0, max: 9 }).default(8),
      description: 'Port of the API.',
    },
    roles: {
      env: 'SENDER_ROLES',
      schema: list().default(['api', 'dispatcher']),
      description: 'What it does.',
    },
    dataDirectory: {
      env: 'SENDER_DATA_DIR',
      schema: z.string().default('/home/somebody/data'),
      defaultText: '~/data',
      description: 'Where data is kept.',
    },
    publicUrl: { env: 'SENDER_PUBLIC_URL', schema: z.url().optional(), description: 'Where it is reached.' },
    key: { env: 'SENDER_KEY', schema: z.string(), secret: true, description: 'Encrypts.' },
  },
})

it('formatSettingsTable writes a Markdown table of all settings', () => {
  expect(formatSettingsTable(definition)).toBe(
    [
      '| Variable | Default | What it is |',
      '|---|---|---|',
      '| `SENDER_PORT` | `8` | Port of the API. |',
      '| `SENDER_ROLES` | `api,dispatcher` | What it does. |',
      '| `SENDER_DATA_DIR` | `~/data` | Where data is kept. |',
      '| `SENDER_PUBLIC_URL` | – | Where it is reached. |',
      '| `SENDER_KEY` | **required** | Encrypts. Or `SENDER_KEY_FILE`: a file that holds it. |',
      '',
    ].join('\n'),
  )
})

it('formatSettingsHelp writes every setting with its default and what it is', () => {
  expect(formatSettingsHelp(definition)).toBe(
    [
      '  SENDER_PORT (default: 8)\n      Port of the API.\n',
      '  SENDER_ROLES (default: api,dispatcher)\n      What it does.\n',
      '  SENDER_DATA_DIR (default: ~/data)\n      Where data is kept.\n',
      '  SENDER_PUBLIC_URL\n      Where it is reached.\n',
      '  SENDER_KEY (required)\n      Encrypts. Or SENDER_KEY_FILE: a file that holds it.\n',
    ].join(''),
  )
})
