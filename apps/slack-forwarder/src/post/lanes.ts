import { createLane, type Lane, type LaneOptions } from './lane.ts'

/** Lanes by name, made when they are needed. */
export interface Lanes<Item, Outcome> {
  at(name: string): Lane<Item, Outcome>
}

/** Lanes that are forgotten as soon as they have nothing to remember. */
export function createLanes<Item, Outcome>(options: LaneOptions<Item, Outcome>): Lanes<Item, Outcome> {
  const lanes = new Map<string, Lane<Item, Outcome>>()
  return {
    at(name) {
      const known = lanes.get(name)
      if (known !== undefined) return known
      const lane = createLane(options, () => lanes.delete(name))
      lanes.set(name, lane)
      return lane
    },
  }
}
