/** How far something has got, shown while it goes on. */
export interface Progress {
  show(done: number, total: number): void
  /** To be called before anything else is printed. */
  end(): void
}

const WIDTH = 30
const LINE_EVERY_MS = 5000

/** A bar on a terminal; elsewhere a line now and then; nothing unless `isShown`. */
export function createProgress(stream: NodeJS.WriteStream, isShown: boolean): Progress {
  if (!isShown) return { show: () => undefined, end: () => undefined }
  if (stream.isTTY) {
    return {
      show: (done, total) => stream.write(`\r${bar(done, total)}`),
      end: () => stream.write('\n'),
    }
  }
  let lastAt = performance.now()
  return {
    show(done, total) {
      if (performance.now() - lastAt < LINE_EVERY_MS) return
      lastAt = performance.now()
      stream.write(`${done} of ${total}\n`)
    },
    end: () => undefined,
  }
}

function bar(done: number, total: number): string {
  const share = total === 0 ? 1 : Math.min(1, done / total)
  const filled = Math.round(share * WIDTH)
  return `[${'#'.repeat(filled)}${'-'.repeat(WIDTH - filled)}] ${done}/${total} ${Math.floor(share * 100)} %`
}
