/**
 * Where a forwarder is killed on purpose.
 *
 * | Window           | What was done last                                                                     |
 * | ---------------- | -------------------------------------------------------------------------------------- |
 * | `claim`          | the event was claimed                                                                  |
 * | `admission`      | the event was stored with what it means                                                |
 * | `decision`       | what is to be told was decided and stored                                              |
 * | `before-intent`  | a call was about to be recorded: that is lost                                          |
 * | `intent`         | a call was recorded; it is not on the wire yet                                         |
 * | `arrived`        | the call arrived at the destination, which takes it all the same                       |
 * | `effect-made`    | the destination did what was asked, and has not answered                               |
 * | `before-outcome` | the answer was read; recording it is lost                                              |
 * | `outcome`        | the answer was recorded                                                                |
 * | `completion`     | the event was marked as done; its sender has no answer                                 |
 */
export const crashWindows = [
  'claim',
  'admission',
  'decision',
  'before-intent',
  'intent',
  'arrived',
  'effect-made',
  'before-outcome',
  'outcome',
  'completion',
] as const

/** The name of a window. */
export type CrashWindow = (typeof crashWindows)[number]

/** Those that only the destination sees. */
export type RemoteWindow = 'arrived' | 'effect-made'

/** Whether the destination has to do the killing. */
export function isRemoteWindow(window: CrashWindow): window is RemoteWindow {
  return window === 'arrived' || window === 'effect-made'
}

/** Whether a text names a window. */
export function isCrashWindow(text: string): text is CrashWindow {
  return crashWindows.some((window) => window === text)
}
