import type { LaneRoom } from '../store/delivery-queue.ts'
import { INITIAL_ALLOWED } from './adaptive-limit.ts'
import { freeIn, type Lane } from './lane.ts'

/** The slots of a process that one claim may fill. */
export interface FreeSlots {
  /** For attempts of any kind. */
  readonly any: number
  /**
   * Of these, for lanes that have {@link RESERVED_PER_LANE} attempts in flight already, and for those that nothing is
   * known of. The rest is for healthy lanes only.
   */
  readonly beyondReserve: number
  /** Of these, for what may hold them for long: retries, and everything of a lane that is not known to be healthy. */
  readonly risky: number
}

/** While slots are scarce, each lane can have as many. */
const RESERVED_PER_LANE = INITIAL_ALLOWED

// Endpoints that were healthy and hang all of a sudden hold what they have until their attempts time out, and so do
// any number of new ones that hang. What they cannot take is enough for the others to go on.
const BEYOND_RESERVE = 3 / 4
// Troubled endpoints and storms of retries never hold more, so that first attempts always find slots that turn over
// within about a second.
const RISKY = 1 / 2

/** The slots left of `total`, when `used` are taken, `risky` of them by what may hold them for long. */
export function freeSlots(total: number, used: number, risky: number): FreeSlots {
  return {
    any: Math.max(0, total - used),
    beyondReserve: Math.max(0, Math.ceil(total * BEYOND_RESERVE) - used),
    risky: Math.max(0, Math.max(1, Math.floor(total * RISKY)) - risky),
  }
}

/** Whether any of the slots is for this lane. */
export function canTake(lane: Lane, free: FreeSlots): boolean {
  if (freeIn(lane) <= 0) return false
  if (lane.inFlight >= RESERVED_PER_LANE && free.beyondReserve === 0) return false
  return lane.limit.standing === 'healthy' || free.risky > 0 || (isFirstSight(lane) && free.beyondReserve > 0)
}

/**
 * Shares free slots equally among lanes that can take one, no more of which there are than slots. When one kind of slot
 * has run out before its turn, a lane is left out.
 */
export function shareSlots(lanes: readonly Lane[], free: FreeSlots): readonly LaneRoom[] {
  const share = Math.floor(free.any / lanes.length)
  const riskyShare = Math.max(1, Math.floor(free.risky / lanes.length))
  let { beyondReserve, risky } = free
  const rooms: LaneRoom[] = []
  for (const lane of lanes) {
    const reserved = Math.max(0, RESERVED_PER_LANE - lane.inFlight)
    const isRisky = lane.line === 'risky' || lane.limit.standing !== 'healthy'
    const riskyRoom = Math.min(riskyShare, risky)
    const room = Math.min(
      freeIn(lane),
      share,
      reserved + beyondReserve,
      isRisky ? Math.max(riskyRoom, isFirstSight(lane) ? Math.min(1, beyondReserve) : 0) : Infinity,
    )
    if (room <= 0) continue
    const retryRoom = Math.min(room, riskyRoom)
    beyondReserve = Math.max(0, beyondReserve - room)
    risky -= retryRoom
    rooms.push({ subscriptionId: lane.subscriptionId, room, retryRoom })
  }
  return rooms
}

// A lane that nothing is known of gets one slot beyond the risky ones: were those all taken, it could not show what it is.
function isFirstSight(lane: Lane): boolean {
  return lane.limit.standing === 'unknown' && lane.inFlight === 0
}
