import { describe, expect, it } from 'vitest'
import { formatPath } from '../../src/config/file-problem.ts'
import { readConfigFile } from '../../src/config/read-config-file.ts'
import { goodEnvironment, goodFile, readSampleSecret, sampleApp, sampleToken } from './sample-app.ts'

const now = new Date('2026-11-01T00:00:00Z')

function read(text: string, environment: Record<string, string> = goodEnvironment) {
  return readConfigFile(text, sampleApp, environment, { readSecretFile: readSampleSecret, now })
}

/** Problems, or warnings when there is none, as `line:column path problem. remedy`. */
function told(text: string, environment?: Record<string, string>): readonly string[] {
  const reading = read(text, environment)
  return (reading.ok ? reading.warnings : reading.problems).map(
    ({ line, column, path, problem, remedy }) =>
      `${line}:${column} ${formatPath(path)} ${problem}. ${remedy}`,
  )
}

/** The smallest file, with lines added below. */
function minimal(...lines: readonly string[]): string {
  return [
    'instance: acme',
    'webhook:',
    '  secret: ${COMPLYWISE_WEBHOOK_SECRET}',
    'sample: { token: file:/run/secrets/token }',
    'targets: { alerts: { channel: C1 } }',
    ...lines,
  ].join('\n')
}

describe('a good file', () => {
  it('reads as settings with every default filled in', () => {
    const reading = read(goodFile)
    expect(reading).toMatchObject({ ok: true, config: goodConfig })
    expect(told(goodFile)).toStrictEqual([
      '20:14 routes[2].match.event has "unknown.kind", which is no type of event that this version knows. They are scan.completed, scan.failed, compliance.score_changed, compliance.control_failed, evidence.uploaded, integration.disconnected.',
    ])
  })

  it('sends everything to the only target when there are no routes', () => {
    expect(read(minimal())).toMatchObject({
      ok: true,
      warnings: [],
      config: { settings: { routes: [{ match: {}, to: ['alerts'] }] } },
    })
  })

  it('takes several secrets, with ids and ends', () => {
    const file = minimal().replace(
      '  secret: ${COMPLYWISE_WEBHOOK_SECRET}',
      '  secret:\n  - ${COMPLYWISE_WEBHOOK_SECRET}\n  - { id: old, value: file:/run/secrets/token, not_after: 2026-12-01T00:00:00Z }',
    )
    expect(read(file)).toMatchObject({
      ok: true,
      config: {
        webhook: {
          secrets: [
            { id: '0', value: goodEnvironment.COMPLYWISE_WEBHOOK_SECRET },
            { id: 'old', value: sampleToken, notAfter: new Date('2026-12-01T00:00:00Z') },
          ],
        },
      },
    })
  })

  it.each([
    ["'$${X} and $5 $'", '${X} and $5 $'],
    ['"a${REGION}b${REGION}"', 'aeubeu'],
    ['${REGION}-1', 'eu-1'],
    ['file:/etc/passwd', 'file:/etc/passwd'],
    ['1.10', '1.10'],
    ['0x1F', '0x1F'],
    ['no', 'no'],
  ])('reads the text %s as %s', (written, expected) => {
    expect(read(minimal().replace('acme', () => written))).toMatchObject({
      ok: true,
      config: { settings: { instance: expected } },
    })
  })

  it('does not look for references in what a variable holds', () => {
    const environment = { ...goodEnvironment, TRICK: '${REGION}' }
    expect(read(minimal().replace('acme', '${TRICK}'), environment)).toMatchObject({
      ok: true,
      config: { settings: { instance: '${REGION}' } },
    })
  })

  it.each([
    ['CRLF', (text: string) => text.replaceAll('\n', '\r\n')],
    ['a byte order mark', (text: string) => `\uFEFF${text}`],
    [
      'references between braces without quotes',
      (text: string) =>
        text.replace(
          'webhook:\n  secret: ${COMPLYWISE_WEBHOOK_SECRET}',
          () => 'webhook: { secret: ${COMPLYWISE_WEBHOOK_SECRET} }',
        ),
    ],
    ['JSON', () => JSON.stringify(minimalObject)],
  ])('may be written with %s', (_, write) => {
    expect(read(write(minimal()))).toMatchObject({ ok: true })
  })
})

const night = { from: '22:00', to: '07:00', timeZone: 'Europe/Berlin', except: ['critical'] }

const goodConfig = {
  options: { token: sampleToken, apiUrl: 'https://eu.sample.example' },
  targets: { alerts: { channel: 'C0123456789', mention: 'S0IAM' }, news: { channel: 'C0000000001' } },
  webhook: {
    secrets: [{ id: '0', value: goodEnvironment.COMPLYWISE_WEBHOOK_SECRET }],
    maxAgeMs: 864_000_000,
    clockSkewMs: 300_000,
    maxBodyBytes: 1_048_576,
    requireAttemptSignature: false,
  },
  settings: {
    instance: 'acme',
    statuses: { failing: ['failed', 'broken'], passing: ['passed', 'pass', 'passing', 'compliant'] },
    recovery: {
      sweepOnCleanScan: false,
      scopeGuard: true,
      reopenWindowMs: 93_600_000,
      integrationEvidenceOfLife: false,
    },
    score: { warnBelow: 92.5, criticalBelow: 75, drop: 5, hysteresis: 2, ignoreBelow: 1 },
    scans: { announce: 'changes', errorAfter: 3 },
    storm: { controls: 10, windowMs: 60_000 },
    links: { control: 'https://app.example/controls/{framework}/{control_id}' },
    severities: [{ match: { control: ['CC6.*'] }, severity: 'critical' }],
    routing: 'first',
    routes: [
      {
        match: { event: ['compliance.control_failed'], framework: ['SOC 2'], control: ['CC6.*'] },
        to: ['alerts'],
        severity: 'critical',
        owner: 'iam',
        dueMs: 604_800_000,
        quietHours: night,
      },
      { match: { control: ['1.10'], severity: ['warning', 'error'] }, to: ['alerts'], quietHours: night },
      { match: { event: ['scan.*', 'unknown.kind'] }, to: [] },
      { match: {}, to: ['news'] },
    ],
    mutes: [
      {
        match: { control: ['CC1.4'] },
        until: '2027-01-30T23:00:00.000Z',
        reason: 'Accepted by the board',
        approvedBy: 'ciso@acme.example',
      },
    ],
    deadlineMs: 9000,
  },
}

const minimalObject = {
  instance: 'acme',
  webhook: { secret: '${COMPLYWISE_WEBHOOK_SECRET}' },
  sample: { token: 'file:/run/secrets/token' },
  targets: { alerts: { channel: 'C1' } },
}

const wrong: readonly (readonly [name: string, file: string, ...problems: readonly string[]])[] = [
  ['an empty file', '', '1:1 the file is empty, but needs instance, webhook, sample, targets. Correct it.'],
  [
    'only a comment',
    '# nothing',
    '1:1 the file is empty, but needs instance, webhook, sample, targets. Correct it.',
  ],
  ['a list', '- a', '1:1 the file must be a section of keys and values, but is a list. Correct it.'],
  [
    'a missing section',
    minimal().replace('instance: acme', ''),
    '1:1 instance is required. Names the organization, so that two of them never share an alert.',
  ],
  [
    'a section without value',
    minimal().replace('acme', ''),
    '1:1 instance is required. Names the organization, so that two of them never share an alert.',
  ],
  ['a misspelled section', minimal('recovry: {}'), '6:1 recovry is not a setting. Did you mean recovery?'],
  [
    'a misspelled key',
    minimal('recovery: { reopenWindow: 7d }'),
    '6:13 recovery.reopenWindow is not a setting. Did you mean reopen_window?',
  ],
  [
    'a key that is like no other',
    minimal('recovery: { qqqqqqq: 7d }'),
    '6:13 recovery.qqqqqqq is not a setting. Known here: sweep_on_clean_scan, scope_guard, reopen_window, integration_evidence_of_life, integration_ttl.',
  ],
  [
    'a misspelled key of an app',
    minimal().replace('channel', 'chanel'),
    '5:12 targets.alerts.channel is required. Id of the channel.',
    '5:22 targets.alerts.chanel is not a setting. Did you mean channel?',
  ],
  [
    'a misspelled value',
    minimal('scans: { announce: change }'),
    '6:20 scans.announce must be one of changes, always, never, but is "change". Did you mean changes?',
  ],
  [
    'a misspelled severity',
    minimal('routes: [{ to: alerts, severity: citical }]'),
    '6:34 routes[0].severity must be one of critical, error, warning, info, but is "citical". Did you mean critical?',
  ],
  [
    'a misspelled severity in a list',
    minimal('routes: [{ to: alerts, match: { severity: [eror] } }]'),
    '6:44 routes[0].match.severity[0] must be one of critical, error, warning, info, but is "eror". Did you mean error?',
  ],
  [
    'an unknown target',
    minimal('routes: [{ to: [alerts, alrts] }, { to: other }]'),
    '6:25 routes[0].to[1] must be the name of a target, but is "alrts". Did you mean alerts?',
    '6:41 routes[1].to must be the name of a target, but is "other". There is alerts.',
  ],
  [
    'a route to nowhere',
    minimal('routes: [{ match: { event: scan.* } }]'),
    '6:10 routes[0].to is required. Names of targets; [] tells nobody, on purpose.',
  ],
  [
    'several targets without routes',
    minimal('targets: { a: { channel: C1 }, b: { channel: C2 } }').replace(
      'targets: { alerts: { channel: C1 } }\n',
      '',
    ),
    '1:1 routes is required with several targets. Who is told of what. None with one target: everything goes there.',
  ],
  [
    'no target',
    minimal().replace('{ alerts: { channel: C1 } }', '{}'),
    '5:10 targets must name at least one target. Places in the destination, by the names that routes use.',
  ],
  [
    'a target with an odd name',
    minimal().replace('alerts:', "'a b':"),
    '5:12 targets."a b" must have a name of letters, digits, dots, dashes and underscores, at most 64. Places in the destination, by the names that routes use.',
  ],
  [
    'a target named like a part of JavaScript',
    minimal().replace('alerts:', 'constructor:'),
    '5:12 targets.constructor must have another name: JavaScript has this one. Places in the destination, by the names that routes use.',
  ],
  [
    'a target named __proto__',
    minimal().replace('alerts:', '__proto__:'),
    '5:10 targets must name at least one target. Places in the destination, by the names that routes use.',
    '5:12 targets.__proto__ cannot be a key. Choose another name.',
  ],
  [
    'a value of another kind',
    minimal('score: { warn_below: many }', 'storm: 10', 'mutes: { a: 1 }'),
    '6:22 score.warn_below must be a number, but is "many". Below this many percent a score is a warning.',
    '7:8 storm must be a section of keys and values, but is 10. Many controls that fail at once.',
    '8:8 mutes must be a list, but is a section. What nobody is told of for a while.',
  ],
  [
    'a number out of bounds',
    minimal('score: { warn_below: 101 }', 'storm: { controls: 1.5 }'),
    '6:22 score.warn_below must be at most 100, but is 101. Below this many percent a score is a warning.',
    '7:20 storm.controls must be a whole number, but is 1.5. More controls than this that fail within the window are told as one.',
  ],
  [
    'lines of scores that cross',
    minimal('score: { warn_below: 60 }'),
    '6:1 score.critical_below must not be above warn_below. Below this many percent a score is critical.',
  ],
  [
    'a score that could never recover',
    minimal('score: { warn_below: 99 }'),
    '6:1 score.hysteresis must leave room below 100 above warn_below, or a score could never recover. Points above its line at which a band is left again.',
  ],
  [
    'a duration without unit',
    minimal('deadline: 8'),
    '6:11 deadline must be a duration such as 500ms, 8s, 15m, 26h or 7d, but is "8". What a request may take altogether; has to be below the sender\'s timeout, which is 15 s by default.',
  ],
  [
    'a duration with an unknown unit',
    minimal('deadline: 8 seconds'),
    '6:11 deadline must be a duration such as 500ms, 8s, 15m, 26h or 7d, but is "8 seconds". What a request may take altogether; has to be below the sender\'s timeout, which is 15 s by default.',
  ],
  [
    'a duration out of bounds',
    minimal('deadline: 100ms', 'recovery: { reopen_window: 9999w }'),
    '6:11 deadline must be at least 1s, but is "100ms". What a request may take altogether; has to be below the sender\'s timeout, which is 15 s by default.',
    '7:28 recovery.reopen_window must be at most 3650d, but is "9999w". How long after its recovery an alert is reopened instead of a new one opened.',
  ],
  [
    'a maximal age below what the sender tries',
    minimal().replace('webhook:', 'webhook:\n  max_age: 1d'),
    '3:12 webhook.max_age must be at least 2d, but is "1d". How old an event may be. The sender tries for two days.',
  ],
  [
    'a zone that does not exist',
    minimal("routes: [{ to: alerts, quiet_hours: { from: '22:00', to: '07:00', time_zone: Europe/Berln } }]"),
    '6:78 routes[0].quiet_hours.time_zone must be an IANA time zone such as Europe/Berlin, but is "Europe/Berln". Did you mean Europe/Berlin?',
  ],
  [
    'an offset for a zone',
    minimal("routes: [{ to: alerts, quiet_hours: { from: '22:00', to: '07:00', time_zone: '+02:00' } }]"),
    '6:78 routes[0].quiet_hours.time_zone must be an IANA time zone such as Europe/Berlin, but is "+02:00". IANA time zone of both: Europe/Berlin.',
  ],
  [
    'times without quotes or sense',
    minimal('routes: [{ to: alerts, quiet_hours: { from: 22, to: 25:00, time_zone: UTC, days: [monday] } }]'),
    "6:45 routes[0].quiet_hours.from must be a time in quotes, such as '22:00', but is \"22\". When they begin: '22:00'.",
    "6:53 routes[0].quiet_hours.to must be a time in quotes, such as '22:00', but is \"25:00\". When they end, the next day if that is not later: '07:00'.",
    '6:83 routes[0].quiet_hours.days[0] must be one of mon, tue, wed, thu, fri, sat, sun, but is "monday". Days on which they begin: mon, tue, wed, thu, fri, sat, sun. All when absent.',
  ],
  [
    'quiet hours without end',
    minimal("routes: [{ to: alerts, quiet_hours: { from: '08:00', to: '08:00', time_zone: UTC } }]"),
    '6:37 routes[0].quiet_hours must end some time, but are the whole week. Hours in which the rest waits until they end.',
  ],
  [
    'a mute without anything',
    minimal('mutes: [{}]'),
    '6:9 mutes[0].match is required. What to match: each key by any of its patterns, `*` is anything, case makes no difference.',
    '6:9 mutes[0].until is required. When it ends, such as 2027-01-31T00:00:00Z. What still holds is told then.',
    '6:9 mutes[0].reason is required. Why nobody is told; kept in the ledger.',
    '6:9 mutes[0].approved_by is required. Who has approved of it; kept in the ledger.',
  ],
  [
    'a mute of everything, by mistake',
    minimal('mutes: [{ match: {}, until: 2027-01-31T00:00:00Z, reason: a, approved_by: b }]'),
    "6:18 mutes[0].match must ask for something; event: '*' is everything. What to match: each key by any of its patterns, `*` is anything, case makes no difference.",
  ],
  [
    'dates of mutes that are none',
    minimal(
      'mutes:',
      ...['2027-02-30T00:00:00Z', '2027-01-31', 'tomorrow'].map(
        (until) => `- { match: { control: a }, until: ${until}, reason: a, approved_by: b }`,
      ),
    ),
    '7:35 mutes[0].until must be an instant with its offset, such as 2027-01-31T00:00:00Z, but is "2027-02-30T00:00:00Z". When it ends, such as 2027-01-31T00:00:00Z. What still holds is told then.',
    '8:35 mutes[1].until must be an instant with its offset, such as 2027-01-31T00:00:00Z, but is "2027-01-31". When it ends, such as 2027-01-31T00:00:00Z. What still holds is told then.',
    '9:35 mutes[2].until must be an instant with its offset, such as 2027-01-31T00:00:00Z, but is "tomorrow". When it ends, such as 2027-01-31T00:00:00Z. What still holds is told then.',
  ],
  [
    'statuses in both lists',
    minimal('statuses: { failing: [Pass], passing: pass }'),
    '6:11 statuses must not have the same word in both lists. What the statuses of controls mean.',
  ],
  [
    'links that are none',
    minimal(
      "links: { control: 'app.example', scan: 'https://a.example/{control_id}', score: 'https://me:pw@a.example' }",
    ),
    '6:19 links.control must be an https:// address, without a name or password, but is "app.example". Page of a control.',
    '6:40 links.scan must have no placeholder but {scan_job_id}, but is "https://a.example/{control_id}". Page of a scan.',
    '6:81 links.score must be an https:// address, without a name or password. Page of a score.',
  ],
  [
    'a variable that is not set',
    minimal().replace('acme', '${INSTANCE}-${REGION}-${OTHER}'),
    '1:11 instance refers to ${INSTANCE} and ${OTHER}, which are not set. Set it in the environment of the process.',
  ],
  [
    'a reference without name',
    minimal().replace('acme', '"${}"'),
    '1:11 instance has ${ without a name and }. Write ${NAME} for the value of a variable, or $${ for the two characters themselves.',
  ],
  [
    'a reference with a default',
    minimal().replace('acme', '"${X:-y}"'),
    '1:11 instance has ${ without a name and }. Write ${NAME} for the value of a variable, or $${ for the two characters themselves.',
  ],
  [
    'a variable that holds no number',
    minimal('score: { warn_below: "${REGION}" }'),
    '6:22 score.warn_below must be a number; its value comes from ${REGION}. Below this many percent a score is a warning.',
  ],
  [
    'a secret file that is missing',
    minimal().replace('/run/secrets/token', '/run/secrets/tokn'),
    '4:18 sample.token refers to file:/run/secrets/tokn, which cannot be read (ENOENT). Name a file that exists and that this process may read.',
  ],
  [
    'a secret file that is empty',
    minimal().replace('/run/secrets/token', '/run/secrets/empty'),
    '4:18 sample.token refers to file:/run/secrets/empty, which is empty. Write the secret into it.',
  ],
  [
    'a secret that is refused',
    minimal().replace('file:/run/secrets/token', 'hunter2hunter2'),
    '4:18 sample.token must begin with xox. Token of the bot.',
  ],
  [
    'a secret that cannot be used',
    minimal().replace('${COMPLYWISE_WEBHOOK_SECRET}', '" spaces around "'),
    '3:11 webhook.secret is not valid: The secret starts or ends with whitespace, often the line break at the end of a file. Secret of the subscription; a list while it is rotated.',
  ],
  [
    'secrets with the same id',
    minimal().replace(
      'secret: ${COMPLYWISE_WEBHOOK_SECRET}',
      'secret: [{ id: a, value: file:/run/secrets/token }, { id: a, value: file:/run/secrets/token }]',
    ),
    '3:11 webhook.secret must not have the same id twice. Secret of the subscription; a list while it is rotated.',
  ],
  [
    'a token in the place of a channel',
    minimal().replace('C1', 'xoxb-1234-abcdef'),
    "5:31 targets.alerts.channel must be a channel's id such as C0123. Id of the channel.",
  ],
  [
    'a key that is given twice',
    minimal('deadline: 8s', 'deadline: 9s'),
    '7:1 deadline is given twice. Keep one of them.',
  ],
  [
    'a key that is no text',
    minimal('? [a]', ': b'),
    '6:3 the file has a key here that is no text. Keys are names; put quotes around this one.',
  ],
  [
    'a tab',
    minimal('storm:', '\tcontrols: 3'),
    '7:1 the file is indented with a tab here. Indent with spaces.',
  ],
  [
    'a quote that is never closed',
    minimal('deadline: "8s'),
    '6:14 the file lacks a character here: a quote, a bracket, a comma, a colon or a space. Is a quote or bracket never closed?',
  ],
  [
    'a bracket that is never closed',
    minimal('routes: [', 'deadline: 8s'),
    '7:1 the file is indented wrongly here, or lacks a bracket. Keys of one section stand exactly below each other.',
  ],
  [
    'an indentation that fits nothing',
    minimal('storm:', '  controls: 3', ' window: 3s'),
    '8:1 the file is indented wrongly here, or lacks a bracket. Keys of one section stand exactly below each other.',
  ],
  [
    'two documents',
    minimal('---', 'a: b'),
    '6:1 the file holds more than one document. Remove the line --- and what follows it.',
  ],
  [
    'an unknown tag',
    minimal('deadline: !!js/function 8s'),
    '6:11 the file has a tag here that nothing is known of. Remove the word that begins with an exclamation mark.',
  ],
  [
    'a tag of another type',
    minimal('deadline: !!binary aGVsbG8='),
    '6:20 deadline has a tag that configurations do not know. Remove the word that begins with !!.',
  ],
  [
    'an alias for nothing',
    minimal('deadline: *nothing'),
    '6:11 deadline is an alias for nothing before it. Name a value before it: &name.',
  ],
  [
    'an alias for what it is in',
    minimal('routes: &all [*all]'),
    '6:15 routes[0] is an alias for nothing before it. Name a value before it: &name.',
  ],
  [
    'a merge key',
    minimal('storm: { <<: 1 }'),
    '6:10 storm."<<" is not a setting. YAML 1.2 knows no merge keys; use an alias for a whole value.',
  ],
  [
    'aliases of aliases',
    minimal(
      'a: &a [x,x,x,x,x,x,x,x,x,x]',
      ...['b', 'c', 'd', 'e', 'f', 'g', 'h'].map(
        (name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(',')}]`,
      ),
    ),
    '6:1 a is not a setting. Known here: instance, webhook, sample, targets, routes, routing, severities, mutes, statuses, recovery, score, scans, storm, links, deadline.',
    '6:20 e[0][5][2][4][6] is too much: lists of aliases, or sections in sections. Write less.',
    '7:1 b is not a setting. Known here: instance, webhook, sample, targets, routes, routing, severities, mutes, statuses, recovery, score, scans, storm, links, deadline.',
    '8:1 c is not a setting. Known here: instance, webhook, sample, targets, routes, routing, severities, mutes, statuses, recovery, score, scans, storm, links, deadline.',
    '9:1 d is not a setting. Known here: instance, webhook, sample, targets, routes, routing, severities, mutes, statuses, recovery, score, scans, storm, links, deadline.',
    '10:1 e is not a setting. Known here: instance, webhook, sample, targets, routes, routing, severities, mutes, statuses, recovery, score, scans, storm, links, deadline.',
  ],
  [
    'nesting without end',
    `a: ${'['.repeat(50)}${']'.repeat(50)}`,
    '1:1 instance is required. Names the organization, so that two of them never share an alert.',
    '1:1 webhook is required. How events are received.',
    '1:1 sample is required. How to speak to Sample.',
    '1:1 targets is required. Places in the destination, by the names that routes use.',
    '1:1 a is not a setting. Known here: instance, webhook, sample, targets, routes, routing, severities, mutes, statuses, recovery, score, scans, storm, links, deadline.',
    '1:44 a[0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0][0] is too much: lists of aliases, or sections in sections. Write less.',
  ],
  [
    'more than 1 MiB',
    `# ${'x'.repeat(1_048_576)}`,
    '1:1 the file is larger than 1 MiB. Is it the right file? Configurations have a few kilobytes.',
  ],
]

describe('a file with mistakes', () => {
  it.each(wrong)('tells of %s', (_, file, ...problems) => {
    expect(read(file)).toMatchObject({ ok: false })
    expect(told(file)).toStrictEqual(problems)
  })
})

describe('what an app says of a file', () => {
  const app = {
    ...sampleApp,
    problems: () => [{ path: ['sample', 'token'], message: `must not be ${sampleToken}` }],
  }

  it('stands at its line, without a secret that it quotes', () => {
    const options = { readSecretFile: readSampleSecret, now }
    expect(readConfigFile(minimal(), app, goodEnvironment, options)).toStrictEqual({
      ok: false,
      problems: [
        {
          line: 4,
          column: 18,
          path: ['sample', 'token'],
          problem: 'must not be …',
          remedy: 'Token of the bot.',
        },
      ],
    })
  })
})

describe('a file that is allowed and hardly meant', () => {
  it.each<readonly [name: string, file: string, ...warnings: readonly string[]]>([
    [
      'a secret in the file itself',
      minimal().replace('${COMPLYWISE_WEBHOOK_SECRET}', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'),
      '3:3 webhook.secret is a secret that stands in the file itself. Write ${NAME} or file:/path instead, so that the file may be shown to others.',
    ],
    [
      'a weak secret',
      minimal().replace('${COMPLYWISE_WEBHOOK_SECRET}', 'your-secret'),
      '3:3 webhook.secret is a secret that stands in the file itself. Write ${NAME} or file:/path instead, so that the file may be shown to others.',
      '3:3 webhook.secret is weak, in its secret "0": The key has 11 bytes; at least 24 are needed to resist guessing. Rotate it: whoever captures one request can guess it.',
    ],
    [
      'a secret that is over',
      minimal().replace(
        'secret: ${COMPLYWISE_WEBHOOK_SECRET}',
        () =>
          'secret: [{ id: new, value: "${COMPLYWISE_WEBHOOK_SECRET}" }, { id: old, value: file:/run/secrets/token, not_after: 2026-10-01T00:00:00Z }]',
      ),
      '3:3 webhook.secret has a secret "old" that is accepted no more. Remove it.',
    ],
    [
      'a target in no route',
      minimal('routes: [{ to: alerts }]').replace('C1 }', 'C1 }, other: { channel: C2 }'),
      '5:37 targets.other is in no route. Only what is open there already is told there.',
    ],
    [
      'a misspelled type of event',
      minimal('routes: [{ to: alerts, match: { event: scan.complete } }]'),
      '6:33 routes[0].match.event has "scan.complete", which is no type of event that this version knows. Did you mean scan.completed?',
    ],
    [
      'a route behind one that takes everything',
      minimal(
        'routes:',
        '- to: alerts',
        '- { to: alerts, match: { control: CC6.1 } }',
        '- { to: alerts, match: { event: new.* } }',
      ),
      '8:3 routes[1] never applies: routes[0] takes everything that it matches. Put it before that one, or set routing: all.',
      '9:26 routes[2].match.event has "new.*", which is no type of event that this version knows. They are scan.completed, scan.failed, compliance.score_changed, compliance.control_failed, evidence.uploaded, integration.disconnected.',
    ],
    [
      'a route behind a wider one',
      minimal(
        'routes:',
        '- { to: alerts, match: { control: CC6.* } }',
        '- { to: alerts, match: { control: cc6.1, framework: SOC 2 } }',
        '- { to: alerts, match: { control: [CC6.1, CC7.1] } }',
      ),
      '8:3 routes[1] never applies: routes[0] takes everything that it matches. Put it before that one, or set routing: all.',
    ],
    [
      'a mute that is over',
      minimal('mutes: [{ match: { control: a }, until: 2026-10-31T23:00:00Z, reason: a, approved_by: b }]'),
      '6:34 mutes[0].until is over since 2026-10-31T23:00:00.000Z. Remove the mute.',
    ],
    [
      "a deadline at the sender's timeout",
      minimal('deadline: 15s'),
      "6:1 deadline is not below the sender's timeout, which is 15 s by default. The sender would give up first, and try again.",
    ],
  ])('warns of %s', (_, file, ...warnings) => {
    expect(read(file)).toMatchObject({ ok: true })
    expect(told(file)).toStrictEqual(warnings)
  })

  it('does not warn of routes behind others when all of them apply', () => {
    expect(told(minimal('routing: all', 'routes: [{ to: alerts }, { to: alerts }]'))).toStrictEqual([])
  })
})
