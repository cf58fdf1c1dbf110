import { describe, expect, test } from 'vitest'
import { clientOf, codeOf, post, slackForTest, start } from './slack.ts'

const channel = 'C0ALERTS'
const divider = [{ type: 'divider' }]
const metadata = (payload: Record<string, unknown>) => ({
  event_type: 'complywise_alert',
  event_payload: payload,
})

describe('chat.postMessage', () => {
  test('posts what it was given under a ts of its own and answers with it', async () => {
    const { slack, web } = await slackForTest()
    const answers = await Promise.all(
      ['one', 'two'].map((text) =>
        web.apiCall('chat.postMessage', {
          channel,
          text,
          blocks: divider,
          metadata: metadata({ id: text, n: 1 }),
        }),
      ),
    )
    expect(answers).toMatchObject([{ ts: '1767603600.000000' }, { ts: '1767603600.000001' }])
    expect(answers[0]).toMatchObject({
      ok: true,
      channel,
      message: { type: 'message', text: 'one', blocks: divider, metadata: metadata({ id: 'one', n: 1 }) },
    })
    expect(slack.channel(channel).messages).toMatchObject([
      {
        ts: '1767603600.000000',
        text: 'one',
        blocks: divider,
        metadata: metadata({ id: 'one', n: 1 }),
        replies: [],
      },
      { ts: '1767603600.000001', text: 'two', edits: 0, edited: undefined },
    ])
  })

  test('takes JSON as well as a form', async () => {
    const { slack } = await slackForTest()
    const answer = await fetch(`${slack.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: 'Bearer xoxb-fake', 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ channel, text: 'text', blocks: divider }),
    })
    expect(await answer.json()).toMatchObject({ ok: true })
    expect(slack.channel(channel).messages).toMatchObject([{ text: 'text', blocks: divider }])
  })

  test.each([channel, 'alerts', '#alerts'])('finds the channel %s and answers with its id', async (named) => {
    const { web } = await slackForTest()
    expect(await web.apiCall('chat.postMessage', { channel: named, text: 'text' })).toMatchObject({ channel })
  })

  test('replies in the thread of a parent, into the channel too when it is broadcast', async () => {
    const { slack, web } = await slackForTest({ limits: false })
    const parent = await post(web, { text: 'parent' })
    await post(web, { text: 'quiet', thread_ts: parent })
    const loud = await post(web, { text: 'loud', thread_ts: parent, reply_broadcast: true })
    expect(slack.channel(channel).messages).toMatchObject([
      { text: 'parent', replies: [{ text: 'quiet' }, { text: 'loud', threadTs: parent }] },
    ])
    const { messages = [] } = await web.conversations.history({ channel })
    expect(messages.map(({ text, reply_count: replies }) => [text, replies])).toEqual([
      ['loud', undefined],
      ['parent', 2],
    ])
    expect(await codeOf(post(web, { thread_ts: loud }))).toBe('cannot_reply_to_message')
    expect(await codeOf(post(web, { thread_ts: '1700000000.000000' }))).toBe('thread_not_found')
  })

  test.each([
    [{}, 'ok', ['reply']],
    [{ repliesToDeleted: 'refused' as const }, 'thread_not_found', []],
  ])('with %j a reply to a message that was deleted ends with %s', async (options, code, left) => {
    const { slack, web } = await slackForTest(options)
    const ts = await post(web, { text: 'parent' })
    slack.deleteByHand(channel, ts)
    expect(await codeOf(web.chat.update({ channel, ts, text: 'x' }))).toBe('message_not_found')
    expect(await codeOf(web.conversations.replies({ channel, ts }))).toBe('thread_not_found')
    expect(await codeOf(post(web, { text: 'reply', thread_ts: ts }))).toBe(code)
    expect(slack.channel(channel).messages.map(({ text, threadTs }) => [text, threadTs])).toEqual(
      left.map((text) => [text, undefined]),
    )
  })

  test('the answer to a reply whose parent was deleted has no thread', async () => {
    const { slack, web } = await slackForTest({ limits: false })
    const [gone, kept] = [await post(web, { text: 'gone' }), await post(web, { text: 'kept' })]
    slack.deleteByHand(channel, gone)
    const answers = await Promise.all(
      [gone, kept].map((ts) => web.apiCall('chat.postMessage', { channel, text: 'reply', thread_ts: ts })),
    )
    expect(answers[0]).not.toHaveProperty('message.thread_ts')
    expect(answers[1]).toHaveProperty('message.thread_ts', kept)
    expect(() => slack.deleteByHand(channel, gone)).toThrow(`no message ${gone}`)
  })

  test('a message with replies that was deleted leaves a tombstone, and its thread goes on', async () => {
    const { slack, web } = await slackForTest({ limits: false })
    const ts = await post(web, { text: 'parent', blocks: divider })
    await post(web, { text: 'before', thread_ts: ts })
    slack.deleteByHand(channel, ts)
    await post(web, { text: 'after', thread_ts: ts })
    expect(await codeOf(web.chat.update({ channel, ts, text: 'x' }))).toBe('cant_update_message')
    expect(slack.channel(channel).messages).toMatchObject([
      { text: 'This message was deleted.', blocks: [], replies: [{ text: 'before' }, { text: 'after' }] },
    ])
  })

  test('cuts a text beyond 40,000 characters and says so', async () => {
    const { slack, web } = await slackForTest()
    const long = await web.apiCall('chat.postMessage', { channel, text: 'x'.repeat(40_001) })
    const fitting = await web.apiCall('chat.postMessage', { channel, text: 'x'.repeat(40_000) })
    expect(long).toMatchObject({ warning: 'message_truncated' })
    expect(fitting).not.toHaveProperty('warning')
    expect(slack.channel(channel).messages.map(({ text, truncated }) => [text.length, truncated])).toEqual([
      [40_000, true],
      [40_000, false],
    ])
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['nothing to show', { text: '' }, 'no_text'],
    [
      '101 attachments',
      { attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) },
      'too_many_attachments',
    ],
    ['metadata of more than 2 KB', { metadata: metadata({ id: 'x'.repeat(2000) }) }, 'metadata_too_large'],
    ['metadata without a type', { metadata: { event_payload: { id: 'x' } } }, 'invalid_metadata_format'],
    ['metadata without a payload', { metadata: { event_type: 'a' } }, 'invalid_metadata_format'],
    [
      'metadata with dots in its type',
      { metadata: { event_type: 'a.b', event_payload: {} } },
      'invalid_metadata_format',
    ],
    ['metadata with a nested payload', { metadata: metadata({ a: { b: 1 } }) }, 'invalid_metadata_format'],
    ['metadata with null', { metadata: metadata({ a: null }) }, 'invalid_metadata_format'],
    ['no channel', { channel: '' }, 'invalid_arguments'],
  ])('refuses %s', async (_name, content, code) => {
    const { slack, web } = await slackForTest()
    expect(await codeOf(post(web, content))).toBe(code)
    expect(slack.refusals).toMatchObject([{ operation: 'chat.postMessage', error: code }])
    expect(slack.channel(channel).messages).toEqual([])
  })

  test('takes metadata of 2 KB and 100 attachments, and not a byte more', async () => {
    const { slack, web } = await slackForTest()
    const overhead = JSON.stringify(metadata({ id: '' })).length
    // Two bytes each.
    const umlauts = 'ä'.repeat((2048 - overhead - 1) / 2)
    await post(web, { metadata: metadata({ id: `${umlauts}x` }) })
    await post(web, { attachments: Array.from({ length: 100 }, () => ({ text: 'x' })) })
    expect(slack.refusals).toEqual([])
    expect(await codeOf(post(web, { metadata: metadata({ id: `${umlauts}xx` }) }))).toBe('metadata_too_large')
  })

  test.each([
    [false, 2],
    [true, 1],
  ])(
    'with the same client_msg_id twice and dedupesClientMsgId %s leaves %i',
    async (dedupesClientMsgId, left) => {
      const { slack, web } = await slackForTest({ dedupesClientMsgId })
      const first = await post(web, { client_msg_id: 'c0ffee' })
      const second = await post(web, { client_msg_id: 'c0ffee' })
      expect(new Set([first, second]).size).toBe(left)
      expect(slack.channel(channel).messages).toHaveLength(left)
    },
  )
})

describe('chat.update', () => {
  test('changes a message in place', async () => {
    const { slack, web } = await slackForTest()
    const ts = await post(web, { text: 'open', blocks: divider, metadata: metadata({ state: 'open' }) })
    await web.chat.update({ channel, ts, text: 'resolved', blocks: [{ type: 'divider', block_id: 'new' }] })
    expect(slack.channel(channel).messages).toMatchObject([
      {
        ts,
        text: 'resolved',
        blocks: [{ type: 'divider', block_id: 'new' }],
        metadata: metadata({ state: 'open' }),
        edits: 1,
        edited: undefined,
      },
    ])
  })

  test('with text alone takes the blocks away and marks the message as edited', async () => {
    const { slack, web } = await slackForTest()
    const ts = await post(web, { text: 'open', blocks: divider })
    await web.chat.update({ channel, ts, text: 'resolved' })
    expect(slack.channel(channel).messages).toMatchObject([
      { text: 'resolved', blocks: [], edited: { user: 'U0COMPLY' } },
    ])
  })

  test('with blocks alone keeps the text, with empty metadata takes the metadata away', async () => {
    const { slack, web } = await slackForTest()
    const ts = await post(web, { text: 'open', metadata: metadata({ a: 1 }) })
    await web.apiCall('chat.update', { channel, ts, blocks: divider, metadata: {} })
    expect(slack.channel(channel).messages).toMatchObject([
      { text: 'open', blocks: divider, metadata: undefined },
    ])
  })

  test.each([
    ['a ts that is no message', { ts: '1700000000.000000' }, 'message_not_found'],
    ['the name of the channel', { channel: '#alerts' }, 'channel_not_found'],
    ['no ts', { ts: '' }, 'invalid_arguments'],
    ['nothing to show', { text: '' }, 'no_text'],
    ['blocks beyond their limits', { blocks: [{ type: 'section' }] }, 'invalid_blocks'],
  ])('refuses %s', async (_name, args, code) => {
    const { slack, web } = await slackForTest()
    const ts = await post(web, { text: 'open' })
    expect(await codeOf(web.apiCall('chat.update', { channel, ts, text: 'x', ...args }))).toBe(code)
    expect(slack.channel(channel).messages).toMatchObject([{ text: 'open', edits: 0 }])
  })

  test('refuses the messages of people and of other bots', async () => {
    const { slack, web } = await slackForTest({
      tokens: [{ token: 'xoxb-fake' }, { token: 'xoxb-other', botId: 'B0OTHER' }],
    })
    const human = slack.postAsUser(channel, 'by hand')
    const other = await post(clientOf(slack, 'xoxb-other'), { text: 'by another' })
    for (const ts of [human.ts, other]) {
      expect(await codeOf(web.chat.update({ channel, ts, text: 'mine now' }))).toBe('cant_update_message')
    }
    expect(slack.channel(channel).messages.map(({ text }) => text)).toEqual(['by hand', 'by another'])
  })
})

describe('reading back', () => {
  test.each<[string, (ts: readonly string[]) => object, string]>([
    ['everything, newest first', () => ({}), '54321'],
    ['after oldest', (ts) => ({ oldest: ts[1] }), '543'],
    ['from oldest on', (ts) => ({ oldest: ts[1], inclusive: true }), '5432'],
    ['before latest', (ts) => ({ latest: ts[3] }), '321'],
    ['between both', (ts) => ({ oldest: ts[0], latest: ts[4] }), '432'],
    ['of whole seconds', () => ({ oldest: String(start / 1000 + 3) }), '54'],
    ['at most the limit', () => ({ limit: 2 }), '54'],
  ])('conversations.history gives %s', async (_name, range, expected) => {
    const { web, posted } = await withFive()
    const { messages = [] } = await web.conversations.history({ channel, ...range(posted) })
    expect(messages.map(({ text }) => text).join('')).toBe(expected)
  })

  test('conversations.history shows metadata only when asked', async () => {
    const { web } = await withFive()
    const [without, withAll] = await Promise.all(
      [false, true].map((all) => web.conversations.history({ channel, limit: 1, include_all_metadata: all })),
    )
    expect(without?.messages?.[0]).not.toHaveProperty('metadata')
    expect(withAll?.messages?.[0]).toMatchObject({ metadata: metadata({ id: '5' }) })
  })

  test('pages are followed by the cursor to the end', async () => {
    const { web } = await withFive()
    const pages: unknown[] = []
    for await (const page of web.paginate('conversations.history', { channel, limit: 2 })) pages.push(page)
    expect(pages).toMatchObject([
      { has_more: true, messages: [{ text: '5' }, { text: '4' }] },
      { has_more: true, messages: [{ text: '3' }, { text: '2' }] },
      { has_more: false, messages: [{ text: '1' }] },
    ])
  })

  test.each([
    [{ cursor: 'nonsense' }, 'invalid_cursor'],
    [{ limit: 1000 }, 'invalid_limit'],
    [{ oldest: 'yesterday' }, 'invalid_ts_oldest'],
    [{ latest: 'today' }, 'invalid_ts_latest'],
  ])('conversations.history refuses %j', async (args, code) => {
    const { web } = await withFive()
    expect(await codeOf(web.apiCall('conversations.history', { channel, ...args }))).toBe(code)
  })

  test('conversations.replies gives the parent and its thread, oldest first', async () => {
    const { web, posted } = await withFive()
    const [ts = ''] = posted
    await post(web, { text: 'a', thread_ts: ts })
    await post(web, { text: 'b', thread_ts: ts, metadata: metadata({ id: 'b' }) })
    const { messages = [] } = await web.conversations.replies({ channel, ts, include_all_metadata: true })
    expect(messages).toMatchObject([
      { text: '1', thread_ts: ts, reply_count: 2 },
      { text: 'a', thread_ts: ts },
      { text: 'b', thread_ts: ts, metadata: metadata({ id: 'b' }) },
    ])
    expect(await codeOf(web.conversations.replies({ channel, ts: '1700000000.0' }))).toBe('thread_not_found')
  })

  test('chat.getPermalink links to a message and to a reply in its thread', async () => {
    const { web, posted } = await withFive()
    const [ts = ''] = posted
    const reply = await post(web, { thread_ts: ts })
    const links = await Promise.all(
      [ts, reply].map((message) => web.chat.getPermalink({ channel, message_ts: message })),
    )
    expect(links.map(({ permalink }) => permalink)).toEqual([
      'https://t0comply.slack.com/archives/C0ALERTS/p1767603601000000',
      `https://t0comply.slack.com/archives/C0ALERTS/p${reply.replace('.', '')}?thread_ts=${ts}&cid=C0ALERTS`,
    ])
    expect(await codeOf(web.chat.getPermalink({ channel, message_ts: '1.0' }))).toBe('message_not_found')
  })

  test('conversations.info describes the channel', async () => {
    const { slack, web } = await slackForTest()
    slack.archive(channel)
    expect(await web.conversations.info({ channel })).toMatchObject({
      channel: { id: channel, name: 'alerts', is_private: false, is_archived: true, is_member: true },
    })
  })
})

/** Five messages, a second apart. */
async function withFive() {
  const { slack, web, pass } = await slackForTest()
  const posted: string[] = []
  for (const text of ['1', '2', '3', '4', '5']) {
    pass(1000)
    posted.push(await post(web, { text, metadata: metadata({ id: text }) }))
  }
  return { slack, web, posted }
}
