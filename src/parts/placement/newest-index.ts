import { setImmediate } from 'node:timers/promises'
import { indexing, type PlacementIndex } from './placement-index.ts'
import type { Placement } from './stripe.ts'

/** Indexes by version. */
export interface NewestIndex {
  of(placement: Placement): Promise<PlacementIndex | undefined>
  /** That of this very version, when it is there: most answers need not wait for anything. */
  ready(version: number): PlacementIndex | undefined
}

/**
 * Keeps the index of the newest placement: each version is built once, in slices, however many ask for it at a time.
 * `of` is undefined for one that is older than one seen already. A build goes on when those who wait for it give up, so that
 * a large placement is ready for the next one who asks. A failed build is not kept.
 */
export function newestIndex(): NewestIndex {
  let newest = -1
  let ready: PlacementIndex | undefined
  let built: Promise<PlacementIndex> | undefined
  return {
    ready: version => (version === newest ? ready : undefined),
    async of(placement) {
      const { version } = placement
      if (version < newest) return undefined
      if (version > newest || !built) {
        const building = build(placement)
        newest = version
        ready = undefined
        built = building
        building.then(
          index => {
            if (built === building) ready = index
          },
          () => {
            if (built === building) built = undefined
          },
        )
      }
      return built
    },
  }
}

async function build(placement: Placement): Promise<PlacementIndex> {
  const work = indexing(placement)
  let step = work.next()
  while (!step.done) {
    await setImmediate()
    step = work.next()
  }
  return step.value
}
