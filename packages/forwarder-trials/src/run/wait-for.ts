import { setTimeout as delay } from 'node:timers/promises'

/**
 * Waits until `look` gives something other than `undefined` or `false`.
 *
 * @param what for the error: `the forwarder is ready`.
 * @throws {Error} when that takes longer than `limitMs`.
 */
export async function waitFor<Value>(
  what: string,
  look: () => Value | Promise<Value>,
  { limitMs = 30_000, everyMs = 20 }: { readonly limitMs?: number; readonly everyMs?: number } = {},
): Promise<Exclude<Value, undefined | false>> {
  const endsAt = performance.now() + limitMs
  for (;;) {
    const seen = await look()
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- The two that are excluded were just ruled out.
    if (seen !== undefined && seen !== false) return seen as Exclude<Value, undefined | false>
    if (performance.now() > endsAt) throw new Error(`Waited ${limitMs} ms in vain until ${what}`)
    await delay(everyMs)
  }
}
