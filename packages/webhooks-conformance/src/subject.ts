/** A server under test: an adapter in a framework on a runtime. */
export interface Subject {
  readonly name: string
  /** Starts a server that has every route of a `receiverFixture`, its control, and the routes of `parsers`. */
  start(): Promise<RunningServer>
  readonly exceptions?: Exceptions
  /** Routes where something has read the body before the adapter sees it. */
  readonly parsers?: readonly ParserRoute[]
}

/** What a subject cannot do: the reason, by the name of the check. A check that passes nevertheless fails the suite. */
export type Exceptions = Readonly<Record<string, string>>

/** A server that has been started. */
export interface RunningServer {
  /** Its origin, such as `http://127.0.0.1:4000`. */
  readonly url: string
  close(): Promise<void>
}

/** A route with the receiver of `/webhooks` behind a body parser. */
export interface ParserRoute {
  readonly path: string
  /** What reads the body, such as `express.json()`. */
  readonly parser: string
  /** Whether the adapter still gets at the bytes; if not, what its advice in the log must mention. */
  readonly outcome: 'works' | { readonly fix: string }
}
