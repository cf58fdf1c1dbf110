import { startFakeSlack } from '@complywise/destination-fakes'
import { followQuickstart } from '@complywise/forwarder/testing'
import { expect, test } from 'vitest'

test('the quickstart of the README works, word for word', { timeout: 180_000 }, async () => {
  const slack = await startFakeSlack({
    tokens: [{ token: 'xoxb-your-token' }],
    channels: [{ id: 'C0123456789', name: 'alerts' }],
  })
  const headings: (readonly string[])[] = []
  const answers: string[] = []
  const printed = await followQuickstart({
    root: new URL('../../', import.meta.url),
    name: 'slack-forwarder',
    instead: {},
    environment: { SLACK_API_URL: slack.apiUrl },
    afterRequest(answer) {
      answers.push(answer)
      headings.push(slack.channel('C0123456789').messages.map(({ text }) => text.split('\n')[0] ?? ''))
    },
  })
  const { messages } = slack.channel('C0123456789')
  await slack.close()
  expect(answers).toEqual([
    expect.stringMatching(/^HTTP\/1.1 200 [^]*"result":"delivered"/),
    expect.stringMatching(/^HTTP\/1.1 200 [^]*\{"status":"duplicate"\}$/),
    expect.stringMatching(/^HTTP\/1.1 200 [^]*"result":"delivered"/),
  ])
  expect(headings).toEqual([
    ['🔴 CC6.1 failing · SOC 2'],
    ['🔴 CC6.1 failing · SOC 2'],
    ['🟢 CC6.1 recovered · SOC 2'],
  ])
  expect(messages.map(({ replies }) => replies.length)).toEqual([1, 0])
  expect(messages[1]?.text).toMatch(/^🔴 CC7\.2 failing/)
  expect(printed).toMatch(
    /routes\[0\] matches everything[^]*\topen\tdelivered\t[^]*^open\tslack\tcw:acme:control:soc 2:cc7\.2\t/m,
  )
  expect(slack.refusals).toEqual([])
})
