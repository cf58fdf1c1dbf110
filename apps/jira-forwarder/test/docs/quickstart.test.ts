import { startFakeJira } from '@complywise/destination-fakes'
import { followQuickstart } from '@complywise/forwarder/testing'
import { expect, test } from 'vitest'

test('the quickstart of the README works, word for word', { timeout: 180_000 }, async () => {
  const jira = await startFakeJira()
  const issues: (readonly string[])[] = []
  const answers: string[] = []
  const printed = await followQuickstart({
    root: new URL('../../', import.meta.url),
    name: 'jira-forwarder',
    instead: {
      'https://acme.atlassian.net': jira.url,
      'forwarder@acme.example': 'forwarder@example.com',
      'your-api-token': 'fake-jira-token',
    },
    environment: {},
    afterRequest(answer) {
      answers.push(answer)
      issues.push(
        jira
          .issues('SEC')
          .map(({ summary, statusCategory, comments }) =>
            [summary, statusCategory, comments.length].join(', '),
          ),
      )
    },
  })
  const last = jira.issues('SEC').map(({ summary, resolution }) => `${summary}, ${resolution}`)
  await jira.close()
  expect(answers).toEqual([
    expect.stringMatching(/^HTTP\/1.1 200 [^]*"result":"delivered"/),
    expect.stringMatching(/^HTTP\/1.1 200 [^]*\{"status":"duplicate"\}$/),
    expect.stringMatching(/^HTTP\/1.1 200 [^]*"result":"delivered"/),
  ])
  expect(issues).toEqual([
    ['[SOC 2] CC6.1 failing, new, 0'],
    ['[SOC 2] CC6.1 failing, new, 0'],
    ['[SOC 2] CC6.1 failing, done, 1'],
  ])
  expect(last).toEqual(['[SOC 2] CC6.1 failing, Done', '[SOC 2] CC7.2 failing, null'])
  expect(printed).toMatch(
    /routes\[0\] matches everything[^]*\topen\tdelivered\t[^]*^open\tsec\tcw:acme:control:soc 2:cc7\.2\t/m,
  )
  expect(jira.refusals).toEqual([])
})
