import { expect, it, vi } from 'vitest'
import { runDemo } from './support/run-demo.ts'

vi.setConfig({ testTimeout: 400_000 })

it('shows what Slack, PagerDuty and Jira hold after eight events, and leaves nothing behind', async () => {
  const demo = runDemo()
  await demo.printed('Subscribing')
  expect(demo.descendants().map(({ command }) => command)).toEqual(
    expect.arrayContaining(
      ['sender', 'slack-forwarder', 'pagerduty-forwarder', 'jira-forwarder'].map((name) =>
        expect.stringMatching(new RegExp(`/${name}/src/main\\.ts serve$`)),
      ),
    ),
  )
  expect(await demo.ended).toBe(0)
  expect(demo.errors()).toBe('')

  const [slack = '', pagerDuty = '', jira = ''] = demo
    .output()
    .split(/^(?=(?:Slack|PagerDuty|Jira) · )/m)
    .slice(1)
  expect(headlines(slack)).toEqual(
    lines(
      /^Slack · #compliance: 6 messages, 3 replies in threads$/,
      /^🟠 Overall score .*77\.6 %$/,
      /^🟠 Scan: 38 of 49 controls pass/,
      /^🟠 SOC 2 score .*77\.6 %$/,
      /^🟢 CC6\.1 recovered · SOC 2$/,
      /^🟠 AWS production disconnected$/,
      /^🟠 Scan failed$/,
    ),
  )
  expect(entries(slack)).toEqual(
    lines(/^🔵 Evidence for CC6\.1: access-review/, /^🟢 CC6\.1 recovered/, /^🔵 Late event: CC6\.1/),
  )
  expect(headlines(pagerDuty)).toEqual(
    lines(
      /^PagerDuty · service “Compliance”: 5 incidents, 2 change events$/,
      /^\[TRIGGERED\] Overall score .*77\.6 %/,
      /^\[TRIGGERED\] SOC 2 score .*77\.6 %/,
      /^\[RESOLVED\] CC6\.1 failing · SOC 2/,
      /^\[TRIGGERED\] AWS production disconnected/,
      /^\[TRIGGERED\] Scan failed/,
      /^\[CHANGE\] Scan: 38 of 49 controls pass/,
      /^\[CHANGE\] Evidence for CC6\.1: access-review/,
    ),
  )
  expect(headlines(jira)).toEqual(
    lines(
      /^Jira · project SEC: 2 issues$/,
      /^SEC-1 \[DONE\] \[SOC 2\] CC6\.1 failing$/,
      /^SEC-2 \[TO DO\] AWS production disconnected$/,
    ),
  )
  expect(jira).toMatch(/Type: Task · Priority: Medium · Resolution: Done · Labels: complywise soc-2 cc6\.1 /)
  expect(entries(jira)).toEqual(lines(/^Evidence for CC6\.1: access-review/, /^CC6\.1 recovered · SOC 2$/))
  expect(demo.output()).toContain('8 events, 39 deliveries, 47 attempts, every signature verified.')
  expect(demo.leftovers()).toEqual([])
})

it.each([
  { moment: 'it starts', printed: 'Starting' },
  { moment: 'it delivers', printed: 'http_500' },
])('stops what it started when Ctrl-C is pressed while $moment', async ({ printed }) => {
  const demo = runDemo()
  await demo.printed(printed)
  await vi.waitUntil(() => demo.descendants().length >= 4, { timeout: 60_000, interval: 500 })
  demo.child.kill('SIGINT')
  expect(await demo.ended).toBe(130)
  expect(demo.errors()).toBe('')
  expect(demo.leftovers()).toEqual([])
})

it('says which forwarder has ended and how, and stops the rest', async () => {
  const demo = runDemo()
  await demo.printed('published')
  const jira = demo.descendants().find(({ command }) => command.includes('/jira-forwarder/'))
  process.kill(jira?.pid ?? Number.NaN, 'SIGKILL')
  expect(await demo.ended).toBe(1)
  expect(demo.errors()).toBe('The forwarder to Jira has stopped by itself: killed by SIGKILL.\n')
  expect(demo.leftovers()).toEqual([])
})

it('stops when nobody reads what it prints any more', async () => {
  const demo = runDemo()
  await demo.printed('Subscribing')
  demo.child.stdout?.destroy()
  expect(await demo.ended).toBe(1)
  expect(demo.leftovers()).toEqual([])
})

/** The lines of a screen that name something. */
function headlines(screen: string): readonly string[] {
  return screen
    .split('\n')
    .filter((line) => /^(?: {2})?\S/.test(line))
    .map((line) => line.trim())
    .filter((line) => !/^(?:\d+ events|CC6\.1 failed,)/.test(line))
}

/** What was added to the things of a screen later. */
function entries(screen: string): readonly string[] {
  return screen.split('\n').flatMap((line) => /^ +↳ (.*)/.exec(line)?.[1] ?? [])
}

/** As many lines, each like its pattern. */
function lines(...patterns: readonly RegExp[]): readonly unknown[] {
  return patterns.map((pattern) => expect.stringMatching(pattern))
}
