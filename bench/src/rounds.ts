import { median, quantile } from './statistics.ts'

/** One of those that are measured in turns. */
export interface Contender<Sample> {
  readonly name: string
  measure(): Promise<Sample>
}

/** What one round measured, by contender. */
export type Round<Sample> = ReadonlyMap<string, Sample>

/**
 * Measures all contenders once per round. Others' load on the machine then slows all of them alike, so the ratio of two
 * within a round says more than either's figure. The order is drawn anew for each round, so that none always pays for
 * the garbage that the same one leaves.
 *
 * A first round warms up and is dropped.
 */
export async function measureInTurns<Sample>(
  contenders: readonly Contender<Sample>[],
  count: number,
): Promise<readonly Round<Sample>[]> {
  const rounds: Round<Sample>[] = []
  for (let index = 0; index <= count; index++) {
    const round = new Map<string, Sample>()
    for (const contender of shuffle(contenders)) round.set(contender.name, await contender.measure())
    if (index > 0) rounds.push(round)
  }
  return rounds
}

function shuffle<T>(items: readonly T[]): readonly T[] {
  return items
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item)
}

/** The middle of what rounds measured, and the middle half of them. */
export interface Spread {
  readonly median: number
  readonly lowerQuartile: number
  readonly upperQuartile: number
}

/** One contender's figure over the rounds. */
export function spreadOf<Sample>(
  rounds: readonly Round<Sample>[],
  name: string,
  figure: (sample: Sample) => number,
): Spread {
  return toSpread(rounds.map((round) => figure(find(round, name))))
}

/** One contender's figure divided by another's in the same round. */
export function ratioOf<Sample>(
  rounds: readonly Round<Sample>[],
  name: string,
  base: string,
  figure: (sample: Sample) => number,
): Spread {
  return toSpread(rounds.map((round) => figure(find(round, name)) / figure(find(round, base))))
}

/** A ratio as it stands in a table: the median, then the quartiles. */
export function formatRatio({ median, lowerQuartile, upperQuartile }: Spread): string {
  return `${median.toFixed(2)} (${lowerQuartile.toFixed(2)}–${upperQuartile.toFixed(2)})`
}

function find<Sample>(round: Round<Sample>, name: string): Sample {
  const sample = round.get(name)
  if (sample === undefined) throw new Error(`Nobody measured ${name}.`)
  return sample
}

function toSpread(values: readonly number[]): Spread {
  return {
    median: median(values),
    lowerQuartile: quantile(values, 0.25),
    upperQuartile: quantile(values, 0.75),
  }
}
