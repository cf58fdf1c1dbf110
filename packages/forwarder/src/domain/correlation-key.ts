import { createHash } from 'node:crypto'

/** No key is longer, in UTF-16 units: PagerDuty takes 255 characters, and keys are shown to people. */
const MAX_LENGTH = 200

const DIGEST_LENGTH = 32

/** Whose keys they are; the whole `Settings` will do. */
export interface KeyOwner {
  readonly instance: string
}

/**
 * The key of a control: `cw:acme:control:soc 2:cc6.1`. Ids are unique only together with their framework.
 *
 * Spelling that people do not mean makes no difference: case, white space, composed or decomposed accents. Other values
 * never share a key.
 */
export function controlKey(owner: KeyOwner, framework: string, controlId: string): string {
  return keyOf(owner, 'control', framework, controlId)
}

/** The key of the scans: `cw:acme:scan`. All scans share it, because the next one ends the failure of the last one. */
export function scanKey(owner: KeyOwner): string {
  return keyOf(owner, 'scan')
}

/** The key of a score: `cw:acme:score:soc 2`; of the overall score, `cw:acme:score:overall`. */
export function scoreKey(owner: KeyOwner, framework: string | undefined): string {
  return keyOf(owner, 'score', framework ?? OVERALL)
}

/**
 * The key of an integration: `cw:acme:integration:2d6f0a54-…`.
 *
 * @param id the integration's id; its provider where an event has no id.
 */
export function integrationKey(owner: KeyOwner, id: string): string {
  return keyOf(owner, 'integration', id)
}

/** The key of what stands for many controls of a framework that fail at once: `cw:acme:storm:soc 2`. */
export function stormKey(owner: KeyOwner, framework: string): string {
  return keyOf(owner, 'storm', framework)
}

/** What the score of a framework is remembered by, or of all of them: `soc 2`, `overall`; bounded as keys are. */
export function scoreName(framework: string | undefined): string {
  return bounded(canonical(framework ?? OVERALL))
}

/** One spelling of what people take for the same: NFC, lower case in no locale, white space collapsed. */
export function canonical(text: string): string {
  return text.normalize('NFC').toLowerCase().normalize('NFC').replaceAll(/\s+/gu, ' ').trim()
}

// A framework of that name is taken for the overall score: nothing else can be meant.
const OVERALL = 'overall'

function keyOf(owner: KeyOwner, kind: string, ...parts: readonly string[]): string {
  return bounded(['cw', escape(owner.instance), kind, ...parts.map(escape)].join(':'))
}

// Control and format characters, lone surrogates among them, survive neither SQLite nor a log. `~` marks a digest.
function escape(part: string): string {
  return canonical(part).replaceAll(
    /[%:~\p{C}]/gu,
    (character) => `%${(character.codePointAt(0) ?? 0).toString(16).padStart(2, '0')};`,
  )
}

function bounded(key: string): string {
  if (key.length <= MAX_LENGTH) return key
  const digest = createHash('sha256').update(key).digest('hex').slice(0, DIGEST_LENGTH)
  return `${key.slice(0, MAX_LENGTH - DIGEST_LENGTH - 1).toWellFormed()}~${digest}`
}
