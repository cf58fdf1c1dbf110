import { describe, expect, test } from 'vitest'
import { codeOf, post, slackForTest } from './slack.ts'

const mrkdwn = (length: number) => ({ type: 'mrkdwn', text: 'x'.repeat(length) })
const plain = (length: number) => ({ type: 'plain_text', text: 'x'.repeat(length) })
const section = (text: unknown) => [{ type: 'section', text }]
const fields = (...all: unknown[]) => [{ type: 'section', fields: all }]
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
const button = (fields: object = {}) => ({ type: 'button', text: plain(3), ...fields })
const actions = (...elements: unknown[]) => [{ type: 'actions', elements }]
const link = (length: number) => 'https://app.example/'.padEnd(length, 'x')
const option = (fields: object = {}) => ({ text: plain(3), value: 'v', ...fields })

const image = (fields: object) => ({
  type: 'image',
  image_url: 'https://a.example/i.png',
  alt_text: 'a',
  ...fields,
})
const confirming = (fields: object) =>
  actions(
    button({ confirm: { title: plain(1), text: plain(1), confirm: plain(1), deny: plain(1), ...fields } }),
  )

/** Name, what is just within the limit, what is just beyond it, and what Slack says then. */
type Row = readonly [name: string, within: unknown, beyond: unknown, complaint: string]

const rows: readonly Row[] = [
  [
    '50 blocks',
    times(50, () => ({ type: 'divider' })),
    times(51, () => ({ type: 'divider' })),
    'no more than 50 items allowed [json-pointer:/blocks]',
  ],
  [
    'header of 150',
    [{ type: 'header', text: plain(150) }],
    [{ type: 'header', text: plain(151) }],
    'must be less than 151 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'header in plain text',
    [{ type: 'header', text: plain(1) }],
    [{ type: 'header', text: mrkdwn(1) }],
    'must be one of: plain_text [json-pointer:/blocks/0/text/type]',
  ],
  [
    'section of 3000',
    section(mrkdwn(3000)),
    section(mrkdwn(3001)),
    'must be less than 3001 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'section not empty',
    section(mrkdwn(1)),
    section(mrkdwn(0)),
    'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
  ],
  [
    'section with text or fields',
    fields(plain(1)),
    [{ type: 'section' }],
    'missing required field: text [json-pointer:/blocks/0]',
  ],
  [
    '10 fields',
    fields(...times(10, () => mrkdwn(5))),
    fields(...times(11, () => mrkdwn(5))),
    'no more than 10 items allowed [json-pointer:/blocks/0/fields]',
  ],
  [
    'field of 2000',
    fields(mrkdwn(2000)),
    fields(mrkdwn(2001)),
    'must be less than 2001 characters [json-pointer:/blocks/0/fields/0/text]',
  ],
  [
    '10 context elements',
    [{ type: 'context', elements: times(10, () => mrkdwn(1)) }],
    [{ type: 'context', elements: times(11, () => mrkdwn(1)) }],
    'no more than 10 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'context of something',
    [{ type: 'context', elements: [plain(1)] }],
    [{ type: 'context', elements: [] }],
    'no fewer than 1 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    '25 actions',
    actions(...times(25, () => button())),
    actions(...times(26, () => button())),
    'no more than 25 items allowed [json-pointer:/blocks/0/elements]',
  ],
  [
    'button text of 75',
    actions(button({ text: plain(75) })),
    actions(button({ text: plain(76) })),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/text/text]',
  ],
  [
    'button text plain',
    actions(button()),
    actions(button({ text: mrkdwn(3) })),
    'must be one of: plain_text [json-pointer:/blocks/0/elements/0/text/type]',
  ],
  [
    'button url of 3000',
    actions(button({ url: link(3000) })),
    actions(button({ url: link(3001) })),
    'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'button url of http',
    actions(button({ url: 'http://a.example' })),
    actions(button({ url: 'javascript:alert(1)' })),
    'must be a valid URL [json-pointer:/blocks/0/elements/0/url]',
  ],
  [
    'button value of 2000',
    actions(button({ value: 'x'.repeat(2000) })),
    actions(button({ value: 'x'.repeat(2001) })),
    'must be less than 2001 characters [json-pointer:/blocks/0/elements/0/value]',
  ],
  [
    'button style',
    actions(button({ style: 'danger' })),
    actions(button({ style: 'warning' })),
    'must be one of: primary, danger [json-pointer:/blocks/0/elements/0/style]',
  ],
  [
    'action_id of 255',
    actions(button({ action_id: 'x'.repeat(255) })),
    actions(button({ action_id: 'x'.repeat(256) })),
    'must be less than 256 characters [json-pointer:/blocks/0/elements/0/action_id]',
  ],
  [
    'action_id unique',
    actions(button({ action_id: 'a' }), button({ action_id: 'b' })),
    actions(button({ action_id: 'a' }), button({ action_id: 'a' })),
    'action_id "a" already exists [json-pointer:/blocks]',
  ],
  [
    'block_id of 255',
    [{ type: 'divider', block_id: 'x'.repeat(255) }],
    [{ type: 'divider', block_id: 'x'.repeat(256) }],
    'must be less than 256 characters [json-pointer:/blocks/0/block_id]',
  ],
  [
    'block_id unique',
    times(2, (index) => ({ type: 'divider', block_id: `b${index}` })),
    times(2, () => ({ type: 'divider', block_id: 'b' })),
    'block_id "b" already exists [json-pointer:/blocks]',
  ],
  [
    'context text of 3000',
    [{ type: 'context', elements: [mrkdwn(3000)] }],
    [{ type: 'context', elements: [mrkdwn(3001)] }],
    'must be less than 3001 characters [json-pointer:/blocks/0/elements/0/text]',
  ],
  [
    'confirm title of 100',
    confirming({ title: plain(100) }),
    confirming({ title: plain(101) }),
    'must be less than 101 characters [json-pointer:/blocks/0/elements/0/confirm/title/text]',
  ],
  [
    'confirm text of 300',
    confirming({ text: plain(300) }),
    confirming({ text: plain(301) }),
    'must be less than 301 characters [json-pointer:/blocks/0/elements/0/confirm/text/text]',
  ],
  [
    'confirm button of 30',
    confirming({ confirm: plain(30) }),
    confirming({ confirm: plain(31) }),
    'must be less than 31 characters [json-pointer:/blocks/0/elements/0/confirm/confirm/text]',
  ],
  [
    'option text of 75',
    actions({ type: 'overflow', options: [option({ text: plain(75) })] }),
    actions({ type: 'overflow', options: [option({ text: plain(76) })] }),
    'must be less than 76 characters [json-pointer:/blocks/0/elements/0/options/0/text/text]',
  ],
  [
    'image url of 3000',
    [image({ image_url: link(3000) })],
    [image({ image_url: link(3001) })],
    'must be less than 3001 characters [json-pointer:/blocks/0/image_url]',
  ],
  [
    'image title of 2000',
    [image({ title: plain(2000) })],
    [image({ title: plain(2001) })],
    'must be less than 2001 characters [json-pointer:/blocks/0/title/text]',
  ],
  [
    '5 overflow options',
    actions({ type: 'overflow', options: times(5, () => option()) }),
    actions({ type: 'overflow', options: times(6, () => option()) }),
    'no more than 5 items allowed [json-pointer:/blocks/0/elements/0/options]',
  ],
  [
    'option value of 150',
    actions({ type: 'static_select', options: [option({ value: 'x'.repeat(150) })] }),
    actions({ type: 'static_select', options: [option({ value: 'x'.repeat(151) })] }),
    'must be less than 151 characters [json-pointer:/blocks/0/elements/0/options/0/value]',
  ],
  [
    'image with alt_text',
    [{ type: 'image', image_url: 'https://a.example/i.png', alt_text: 'a' }],
    [{ type: 'image', image_url: 'https://a.example/i.png' }],
    'missing required field: alt_text [json-pointer:/blocks/0]',
  ],
  [
    'image alt_text of 2000',
    [{ type: 'image', image_url: 'https://a.example/i.png', alt_text: 'x'.repeat(2000) }],
    [{ type: 'image', image_url: 'https://a.example/i.png', alt_text: 'x'.repeat(2001) }],
    'must be less than 2001 characters [json-pointer:/blocks/0/alt_text]',
  ],
  [
    'markdown of 12,000',
    [{ type: 'markdown', text: 'x'.repeat(12_000) }],
    [{ type: 'markdown', text: 'x'.repeat(12_001) }],
    'must be less than 12001 characters [json-pointer:/blocks/0/text]',
  ],
  [
    'rich text broadcast',
    [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'here' }] }],
      },
    ],
    [
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_section', elements: [{ type: 'broadcast', range: 'all' }] }],
      },
    ],
    'must be one of: here, channel, everyone [json-pointer:/blocks/0/elements/0/elements/0/range]',
  ],
  [
    'known block types',
    [{ type: 'divider' }],
    [{ type: 'dividing' }],
    'unsupported type: "dividing" [json-pointer:/blocks/0/type]',
  ],
  [
    'known element types',
    actions(button()),
    actions({ type: 'knob' }),
    'unsupported type: "knob" [json-pointer:/blocks/0/elements/0/type]',
  ],
  [
    'known fields',
    [{ type: 'divider', block_id: 'b' }],
    [{ type: 'divider', color: 'red' }],
    'invalid additional property: color [json-pointer:/blocks/0]',
  ],
  [
    'verbatim as a boolean',
    section({ ...mrkdwn(1), verbatim: true }),
    section({ ...mrkdwn(1), verbatim: 'yes' }),
    'must provide a boolean [json-pointer:/blocks/0/text/verbatim]',
  ],
  [
    'accessory of a known type',
    [{ type: 'section', text: plain(1), accessory: button() }],
    [{ type: 'section', text: plain(1), accessory: plain(1) }],
    'unsupported type: "plain_text" [json-pointer:/blocks/0/accessory/type]',
  ],
]

describe('blocks', () => {
  test.each(rows)(
    '%s: taken within the limit, refused beyond it',
    async (_name, within, beyond, complaint) => {
      const { slack, web } = await slackForTest()
      await post(web, { blocks: within })
      expect(slack.refusals).toEqual([])
      await expect(post(web, { blocks: beyond })).rejects.toMatchObject({
        data: {
          ok: false,
          error: 'invalid_blocks',
          errors: [complaint],
          response_metadata: { messages: [`[ERROR] ${complaint}`] },
        },
      })
      expect(slack.refusals).toEqual([
        {
          operation: 'chat.postMessage',
          at: expect.any(Number),
          error: 'invalid_blocks',
          why: `invalid_blocks; ${complaint}`,
        },
      ])
      expect(slack.channel('C0ALERTS').messages.map(({ blocks }) => blocks)).toEqual([within])
    },
  )

  test('are refused together beyond 13,200 characters, each of them within its own limit', async () => {
    const { slack, web } = await slackForTest()
    const postWithLast = (last: number) =>
      post(web, {
        blocks: [...times(4, () => mrkdwn(3000)), mrkdwn(last)].map((text) => ({ type: 'section', text })),
      })
    const overhead = JSON.stringify(times(5, () => ({ type: 'section', text: mrkdwn(0) }))).length
    await postWithLast(1200 - overhead)
    expect(await codeOf(postWithLast(1201 - overhead))).toBe('msg_blocks_too_long')
    expect(slack.channel('C0ALERTS').messages).toHaveLength(1)
  })

  test('that are no JSON or no list are refused as such', async () => {
    const { web } = await slackForTest()
    expect([
      await codeOf(post(web, { blocks: '{broken' })),
      await codeOf(post(web, { blocks: { type: 'divider' } })),
    ]).toEqual(['invalid_blocks_format', 'invalid_blocks_format'])
  })

  test('inside attachments are held to the same rules', async () => {
    const { web } = await slackForTest()
    const attachments = [{ blocks: section(mrkdwn(3001)) }]
    await expect(post(web, { attachments })).rejects.toMatchObject({
      data: {
        errors: ['must be less than 3001 characters [json-pointer:/attachments/0/blocks/0/text/text]'],
      },
    })
  })
})
