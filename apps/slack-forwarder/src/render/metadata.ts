/** What a message carries for ourselves, invisible to people: which steps it told. */
export interface MessageMetadata {
  readonly event_type: 'complywise_steps'
  /** Slack takes a flat object only, and an unpublished size of it; twenty ids are less than 800 characters. */
  readonly event_payload: { readonly steps: string }
}

/** The metadata of a message that tells these steps. */
export function metadataOf(stepIds: readonly string[]): MessageMetadata {
  return { event_type: 'complywise_steps', event_payload: { steps: stepIds.join(' ') } }
}

/** The steps that a message told; none for a message that is not ours. `metadata` is what Slack gives back. */
export function stepsIn(metadata: unknown): readonly string[] {
  if (!isRecord(metadata) || metadata['event_type'] !== 'complywise_steps') return []
  const payload = metadata['event_payload']
  const steps = isRecord(payload) ? payload['steps'] : undefined
  return typeof steps === 'string' ? steps.split(' ') : []
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
