import { readFileSync } from 'node:fs'

/*
 * Loaded into a forwarder before anything else (`node --import`), it sets the process's clock ahead by the number of
 * milliseconds in the file that TRIAL_CLOCK names. Timers run as ever: only what time it is changes.
 */

const path = process.env['TRIAL_CLOCK']
if (path !== undefined) setAhead(path)

function setAhead(path: string): void {
  const RealDate = Date
  const realNow = RealDate.now.bind(RealDate)
  const now = (): number => realNow() + (Number(readFileSync(path, 'utf8')) || 0)

  globalThis.Date = new Proxy(RealDate, {
    construct: (target, values, newTarget) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- What a constructor makes is an object.
      Reflect.construct(target, values.length === 0 ? [now()] : values, newTarget) as object,
    apply: () => new RealDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  })
}
