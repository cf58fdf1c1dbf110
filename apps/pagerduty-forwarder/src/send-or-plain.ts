import { DestinationError } from '@complywise/forwarder'

/**
 * Sends an event, or if PagerDuty refuses it, the same one without its optional parts: nobody sleeps through a failing
 * control because of a link.
 *
 * @returns which parts were left out.
 * @throws {DestinationError} what `send` threw; when both are refused, what it threw first.
 */
export async function sendOrPlain<Event extends { readonly payload: object }>(
  event: Event,
  plain: Event,
  send: (event: Event) => Promise<unknown>,
): Promise<{ readonly degraded: readonly string[] }> {
  try {
    await send(event)
    return { degraded: [] }
  } catch (error) {
    const degraded = [...missing(event, plain), ...missing(event.payload, plain.payload)]
    if (!isRefusal(error) || degraded.length === 0) throw error
    try {
      await send(plain)
    } catch (again) {
      throw isRefusal(again) ? error : again
    }
    return { degraded }
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof DestinationError && error.kind === 'payload'
}

function missing(whole: object, part: object): readonly string[] {
  return Object.keys(whole).filter((name) => !Object.hasOwn(part, name))
}
