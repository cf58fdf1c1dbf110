import { describe, expect, test } from 'vitest'
import { post, slackForTest } from './slack.ts'

const mrkdwn = (text: string, verbatim?: boolean) => [
  { type: 'section', text: { type: 'mrkdwn', text, ...(verbatim !== undefined && { verbatim }) } },
]
const rich = (...elements: unknown[]) => [
  { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] },
]

describe('a message pings', () => {
  test.each<[string, Record<string, unknown>, string[]]>([
    ['everyone in the channel', { text: 'see <!channel>' }, ['!channel']],
    ['with a label', { text: '<!here|here> <!everyone>' }, ['!here', '!everyone']],
    ['a user', { text: '<@U0123ABC> and <@W0123|ann>' }, ['U0123ABC', 'W0123']],
    ['a user group', { text: '<!subteam^S0IAM|@iam>' }, ['!subteam^S0IAM']],
    ['from mrkdwn in a block', { text: 'x', blocks: mrkdwn('<!here>') }, ['!here']],
    ['from verbatim mrkdwn', { text: 'x', blocks: mrkdwn('<!here>', true) }, ['!here']],
    ['from a bare name in mrkdwn', { text: 'x', blocks: mrkdwn('cc @channel') }, ['!channel']],
    ['from a markdown block', { text: 'x', blocks: [{ type: 'markdown', text: 'a @here b' }] }, ['!here']],
    [
      'from a broadcast in rich text',
      { text: 'x', blocks: rich({ type: 'broadcast', range: 'channel' }) },
      ['!channel'],
    ],
    ['from a user in rich text', { text: 'x', blocks: rich({ type: 'user', user_id: 'U1' }) }, ['U1']],
    [
      'from a group in rich text',
      { text: 'x', blocks: rich({ type: 'usergroup', usergroup_id: 'S1' }) },
      ['!subteam^S1'],
    ],
    [
      'from an attachment',
      { text: 'x', attachments: [{ fields: [{ title: 'a', value: '<@U1>' }] }] },
      ['U1'],
    ],
    ['from names when they are linked', { text: 'x @here', link_names: true }, ['!here']],
    ['from names when all is parsed', { text: 'x @everyone', parse: 'full' }, ['!everyone']],
  ])('%s', async (_name, content, targets) => {
    const { slack, web } = await slackForTest()
    await post(web, content)
    expect(slack.pings.map(({ target }) => target)).toEqual(targets)
  })
})

describe('a message pings nobody', () => {
  test.each<[string, Record<string, unknown>]>([
    ['when the reference is escaped', { text: '&lt;!channel&gt; &lt;@U1&gt;' }],
    ['when it was escaped twice', { text: '&amp;lt;!channel&amp;gt;' }],
    ['from a bare name in the text', { text: 'cc @here @channel' }],
    ['from a bare name in verbatim mrkdwn', { text: 'x', blocks: mrkdwn('cc @here', true) }],
    ['from an address', { text: 'x', blocks: mrkdwn('ops@here.example') }],
    [
      'from plain text',
      { text: 'x', blocks: [{ type: 'header', text: { type: 'plain_text', text: '<!channel> @here' } }] },
    ],
    ['from text in rich text', { text: 'x', blocks: rich({ type: 'text', text: '<!channel> @here' }) }],
    ['from a link', { text: '<https://a.example|@channel>' }],
    ['from metadata', { text: 'x', metadata: { event_type: 'a', event_payload: { b: '<!channel>' } } }],
  ])('%s', async (_name, content) => {
    const { slack, web } = await slackForTest()
    await post(web, content)
    expect(slack.pings).toEqual([])
  })
})

test('an update pings only whom the message did not mention before', async () => {
  const { slack, web } = await slackForTest()
  const ts = await post(web, { text: '<@U1> look' })
  await web.chat.update({ channel: 'C0ALERTS', ts, text: '<@U1> <@U2> look' })
  expect(slack.pings).toEqual([
    { channel: 'C0ALERTS', ts, target: 'U1', form: 'reference', via: 'chat.postMessage' },
    { channel: 'C0ALERTS', ts, target: 'U2', form: 'reference', via: 'chat.update' },
  ])
})
