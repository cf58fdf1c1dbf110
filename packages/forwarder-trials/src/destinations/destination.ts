import type { FakeServer } from '@complywise/destination-fakes'

/** The apps, by the destinations that they forward to. */
export const appNames = ['slack', 'pagerduty', 'jira'] as const

/** One of them. */
export type AppName = (typeof appNames)[number]

/** Whether a text names an app. */
export function isAppName(text: string): text is AppName {
  return appNames.some((name) => name === text)
}

/** How many things a destination holds of one condition. */
export interface Held {
  readonly open: number
  readonly closed: number
}

/** A strict fake, and how an app is told to use it. */
export interface Destination {
  readonly app: AppName
  readonly fake: FakeServer
  /** The app's own sections of the configuration file. */
  readonly sections: Readonly<Record<string, unknown>>
  /** What the app's quickstart sets instead of a file. */
  readonly simple: Readonly<Record<string, string>>
  /** Needed either way, so that this machine's fake is trusted. */
  readonly environment: Readonly<Record<string, string>>
  /** What it holds by correlation key, of keys that begin with one of the instance. */
  conditions(keys: Iterable<string>): ReadonlyMap<string, Held>
  /** The steps that something in it names, each as often as it is named. */
  stepsNamed(): readonly string[]
  /** In a few lines for people. */
  summary(): readonly string[]
  /** Everything that people can read, to look for words in. */
  texts(): readonly string[]
}

/** How a destination of a trial is started. */
export interface DestinationOptions {
  /** Where files may be put. */
  readonly directory: string
  /** Milliseconds since 1970; default the machine's clock. */
  readonly now?: () => number
  /** As strict with rates as the real one. Default false: a trial has no hours to wait. */
  readonly limitsRates?: boolean
}
