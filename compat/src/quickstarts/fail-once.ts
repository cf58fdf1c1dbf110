// Preloaded into a quickstart, whose handler writes a line: that fails, the first time for this control.
const control = 'CC5.1'

const { log } = console
let hasFailed = false
console.log = (...values: unknown[]) => {
  log(...values)
  if (hasFailed || !String(values[0]).includes(` ${control}:`)) return
  hasFailed = true
  throw new Error('The effect of the handler fails.')
}
