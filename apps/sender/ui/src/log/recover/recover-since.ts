/** A time that can be chosen without typing it. */
export const presets = ['hour', 'sixHours', 'day', 'week', 'month'] as const

/** One of {@link presets}. */
export type Preset = (typeof presets)[number]

const HOUR_MS = 3_600_000

const lengths: Readonly<Record<Preset, number>> = {
  hour: HOUR_MS,
  sixHours: 6 * HOUR_MS,
  day: 24 * HOUR_MS,
  week: 7 * 24 * HOUR_MS,
  month: 30 * 24 * HOUR_MS,
}

/** When a preset begins, in RFC 3339. */
export function sinceOf(preset: Preset, now: Date): string {
  return new Date(now.getTime() - lengths[preset]).toISOString()
}

/** An instant as a field of the type `datetime-local` takes it: in the viewer's zone, to the second. */
export function toLocalField(instant: string): string {
  const date = new Date(instant)
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19)
}

/** The instant of such a field in RFC 3339; `undefined` when it is not filled in, or not before `now`. */
export function fromLocalField(text: string, now: Date): string | undefined {
  const date = new Date(text)
  return Number.isNaN(date.getTime()) || date >= now ? undefined : date.toISOString()
}

/** The number of deliveries a second that a text stands for; `undefined` when it is none from 1 to 1,000. */
export function readRate(text: string): number | undefined {
  const rate = Number(text)
  return /^\d+$/.test(text.trim()) && rate >= 1 && rate <= 1000 ? rate : undefined
}
