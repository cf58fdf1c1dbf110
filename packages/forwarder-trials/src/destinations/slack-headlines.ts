import { conditionKey } from '../events/condition-key.ts'

/** What a message's text says of whom: of each condition that it has a headline for, whether it holds. */
export function findHeadlines(text: string): ReadonlyMap<string, 'open' | 'closed'> {
  const found = new Map<string, 'open' | 'closed'>()
  for (const line of text.split('\n')) {
    for (const [pattern, key, state] of patterns) {
      const match = pattern.exec(line)
      if (match !== null) found.set(key(match.slice(1)), state)
    }
  }
  return found
}

type Pattern = readonly [RegExp, (parts: readonly string[]) => string, 'open' | 'closed']

const control = ([id = '', framework = '']: readonly string[]) => conditionKey('control', framework, id)
const storm = ([framework = '']: readonly string[]) => conditionKey('storm', framework)
const score = ([name = '']: readonly string[]) =>
  conditionKey('score', name.toLowerCase() === 'overall' ? 'overall' : name)
const scan = () => conditionKey('scan')
const integration = ([name = '']: readonly string[]) => conditionKey('integration', name)

/** The first line of what the forwarder writes, after its emoji; the ids of a trial have no blanks. */
const patterns: readonly Pattern[] = [
  [
    /^\S+ ([A-Z]-\d+) (?:still failing|failing again|failing) · ([^·]+?)(?: and \d+ more)?$/u,
    control,
    'open',
  ],
  [/^\S+ ([A-Z]-\d+) recovered · ([^·]+?)(?: and \d+ more)?$/u, control, 'closed'],
  [/^\S+ \d+(?: of \d+)? more controls? (?:still )?failing · ([^·]+?)$/u, storm, 'open'],
  [/^\S+ All controls recovered · ([^·]+?)$/u, storm, 'closed'],
  [/^\S+ (.+) score (?:(?:fell|was) below|not yet clear of) .+$/u, score, 'open'],
  [/^\S+ (.+) score recovered(?: and \d+ more)?$/u, score, 'closed'],
  [/^\S+ Scan failed(?:, the .+ in a row)?(?: and \d+ more)?$/u, scan, 'open'],
  [/^\S+ Scans complete again(?: and \d+ more)?$/u, scan, 'closed'],
  [/^\S+ (Integration-\d+)(?: still)? disconnected(?: and \d+ more)?$/u, integration, 'open'],
  [/^\S+ (Integration-\d+) is back(?: and \d+ more)?$/u, integration, 'closed'],
]
