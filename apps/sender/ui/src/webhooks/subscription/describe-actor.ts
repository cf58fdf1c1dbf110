import { strings } from '../../strings/index.ts'

/** Who the viewer is, and what keys are called. */
export interface Known {
  /** The viewer's own actor. */
  readonly actor: string
  /** Names of keys by id, as far as the viewer may know them. */
  readonly keyNames: ReadonlyMap<string, string>
}

const SHOWN_OF_ID = 8

/**
 * Who did something, in words.
 *
 * @param actor as in the audit log: `key:<id>`, `user:<subject>`, `command:<name>`; `null` for the sender itself.
 */
export function describeActor(actor: string | null, { actor: own, keyNames }: Known): string {
  const { who } = strings.subscription.history
  if (actor === null) return who.sender
  const [kind, name] = split(actor)
  if (kind === 'command') return who.command(name)
  if (kind === 'user') return actor === own ? who.you(name) : who.user(name)
  if (kind !== 'key') return actor
  const shown = keyNames.get(name) || name.slice(0, SHOWN_OF_ID)
  return actor === own ? who.you(shown) : who.key(shown)
}

function split(actor: string): readonly [string, string] {
  const colon = actor.indexOf(':')
  return colon === -1 ? ['', actor] : [actor.slice(0, colon), actor.slice(colon + 1)]
}
