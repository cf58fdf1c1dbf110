import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A part of a benchmark that runs in a process of its own, so that its processor time can be told apart. */
export interface Actor<Request, Response> {
  readonly pid: number
  /** One question at a time. Rejects when the process fails at it, or ends. */
  ask(request: Request): Promise<Response>
  stop(): Promise<void>
}

/** Starts the module at `path`, which calls {@link answer}, with `env` besides this process's own. */
export async function startActor<Request extends object, Response>(
  path: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Actor<Request, Response>> {
  const child = fork(path, { serialization: 'json', env: { ...process.env, ...env } })
  await nextMessage(child)
  return {
    pid: child.pid ?? 0,
    async ask(request) {
      child.send(request)
      const reply = await nextMessage(child)
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends of the channel are this repository's
      return reply as Response
    },
    async stop() {
      // One that failed has ended already.
      if (!child.connected) return
      const exited = once(child, 'exit')
      child.disconnect()
      await exited
    },
  }
}

/** What an actor does with a question. */
export type Handle<Request, Response> = (request: Request) => Promise<Response>

/** The actor's side: answers every question with what `handle` makes of it. A rejection ends the process. */
export function answer<Request, Response extends object>(handle: Handle<Request, Response>): void {
  process.on('message', (request: Request) => {
    void handle(request).then((response) => process.send?.(response))
  })
  process.on('disconnect', () => process.exit())
  process.send?.({})
}

function nextMessage(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null) => reject(new Error(`${child.spawnfile} ended with ${code}.`))
    child.once('exit', onExit)
    child.once('message', (message) => {
      child.off('exit', onExit)
      resolve(message)
    })
  })
}
