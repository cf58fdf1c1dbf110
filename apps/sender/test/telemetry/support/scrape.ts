import { isDeepStrictEqual } from 'node:util'

/** A metric as Prometheus reads it. */
export interface ScrapedMetric {
  readonly type: string
  readonly help: string
  readonly samples: readonly Sample[]
}

/** One line of a scrape. */
export interface Sample {
  /** With the suffix of a histogram's parts. */
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads `/metrics` in the text format of Prometheus. */
export async function scrape(origin: string): Promise<ReadonlyMap<string, ScrapedMetric>> {
  const response = await fetch(`${origin}/metrics`)
  const metrics = new Map<string, ScrapedMetric & { readonly samples: Sample[] }>()
  let help = ''
  let current: Sample[] = []
  for (const line of (await response.text()).split('\n')) {
    const [, keyword, name = '', rest = ''] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? []
    if (keyword === 'HELP') help = rest
    else if (keyword === 'TYPE') metrics.set(name, { type: rest, help, samples: (current = []) })
    else if (line !== '') current.push(parseSample(line))
  }
  return metrics
}

/** The value of one sample; `undefined` when there is none with exactly these labels. */
export function valueOf(
  metrics: ReadonlyMap<string, ScrapedMetric>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number | undefined {
  const family = metrics.get(name) ?? metrics.get(name.replace(/_(count|sum|bucket)$/, ''))
  return family?.samples.find((sample) => sample.name === name && isDeepStrictEqual(sample.labels, labels))
    ?.value
}

function parseSample(line: string): Sample {
  const [, name = '', labels = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? []
  const pairs = [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)]
  return {
    name,
    labels: Object.fromEntries(pairs.map(([, key = '', text = '']) => [key, text])),
    value: Number(value),
  }
}
