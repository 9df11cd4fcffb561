import type { Cell } from './simulate.ts'
import { between, oneOf } from './world.ts'

/** What befalls processes and clocks, again and again until the world is healed. */
export function unleash(cell: Cell): void {
  const { world, profile, coordinators, automations, store, service, placement, cord } = cell
  const random = world.random('chaos')
  const later = (ms: number, work: () => void) => world.clock.setTimer(ms, () => world.healed || work())
  const blows: (() => void)[] = [
    () => {
      if (!world.has('crashes')) return
      const host = oneOf(random, coordinators)
      if (!host.process.isAlive) return
      world.counts.crashes++
      host.crash()
      later(between(random, 1, 700), () => host.start())
    },
    () => {
      if (!world.has('pauses')) return
      const isClient = random() < 0.5
      const { process } = isClient ? oneOf(random, automations) : oneOf(random, coordinators)
      // An agent acts by its own steady clock: one that stands still cannot be helped.
      process.pause(!isClient && random() < 0.5)
      later(random() < 0.2 ? between(random, 2000, 9000) : between(random, 100, 2000), () => process.resume())
    },
    () => {
      if (!world.has('jumps')) return
      oneOf(random, coordinators).process.jump(between(random, -600_000, 600_000))
    },
    () => {
      if (!world.has('store-jumps') || random() < 0.5) return
      store.jump(random() < 0.6 ? -between(random, 10, 5000) : between(random, 10, 5000))
    },
    () => {
      if (!world.has('store-pauses')) return
      store.process.pause(false)
      later(between(random, 50, 2500), () => store.process.resume())
    },
    () => {
      if (!world.has('slow-service') || random() < 0.7) return
      service.fall()
      later(between(random, 100, 3000), () => service.rise())
    },
  ]
  // Some pull it all the time, for a moment: just when somebody is granted something.
  const flap = () =>
    later(between(random, 50, 800), () => {
      if (world.has('outside-cord')) void cord.pull()
      later(between(random, 20, 400), () => {
        void cord.release()
        flap()
      })
    })
  if (profile.hasOutsideCord && random() < 0.4) flap()
  const move = () =>
    later(between(random, 100, 1500), () => {
      if (world.has('data-moves')) placement.move()
      move()
    })
  move()
  const next = () =>
    later(between(random, 150, 2200), () => {
      oneOf(random, blows)()
      next()
    })
  next()
}
