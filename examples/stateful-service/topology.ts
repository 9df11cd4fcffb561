import type { HostRecord } from './andon.ts'

/** Three zones of three hosts. */
export const ZONES = ['z1', 'z2', 'z3'].map(zone => `local/r1/${zone}`)
export const HOSTS_A_ZONE = 3

export const zoneOf = (host: string): string => host.split('/').slice(0, 3).join('/')
export const shortName = (host: string): string => host.split('/').at(-1)!

export const FLEET: readonly HostRecord[] = ZONES.flatMap((zone, z) =>
  Array.from({ length: HOSTS_A_ZONE }, (_, i) => ({ id: `${zone}/-/h${z + 1}${i + 1}`, rack: `rack-${i + 1}` })),
)

/** Nine replica sets, each with one host in every zone, no two of which have two hosts in common. */
export const SETS: ReadonlyMap<string, readonly string[]> = new Map(
  Array.from({ length: HOSTS_A_ZONE ** 2 }, (_, s) => {
    const [a, b] = [s % HOSTS_A_ZONE, Math.floor(s / HOSTS_A_ZONE)]
    const at = (zone: number, i: number) => FLEET[zone * HOSTS_A_ZONE + (i % HOSTS_A_ZONE)]!.id
    return [`set-${s + 1}`, [at(0, a), at(1, b), at(2, a + b)]]
  }),
)
