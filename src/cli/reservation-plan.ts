import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { AndonError } from '../core/errors.ts'
import { invalid, messageOf, numberOption, wholeOption } from '../core/options.ts'
import { placeAt } from '../core/place.ts'
import type { Placement, PlannedHost } from '../parts/placement/index.ts'
import { beforehand } from './beforehand.ts'
import type { CliWorld } from './cli.ts'
import { numeric } from './numeric.ts'
import { printable } from './printable.ts'

export interface PlanGiven {
  readonly json?: true
  readonly tolerance?: string
  readonly rackShare?: string
  readonly groupSize?: string
  readonly zone: readonly string[]
}

/** `andon plan`: divides the hosts of a placement file into groups that may be away together. */
export async function planFile({ cwd, stdout }: CliWorld, command: Command, file: string, given: PlanGiven) {
  const { planGroups } = await import('../parts/placement/index.ts')
  const terms = await beforehand(command, async () => ({
    ...(given.tolerance !== undefined && { tolerance: wholeOption('--tolerance', numeric(given.tolerance), 1) }),
    ...(given.rackShare !== undefined && {
      maxRackShare: numberOption('--rack-share', numeric(given.rackShare), 0, 1),
    }),
    ...(given.groupSize !== undefined && { maxGroupSize: wholeOption('--group-size', numeric(given.groupSize), 1) }),
    ...(given.zone.length > 0 && { zones: given.zone }),
  }))
  const { hosts, placement } = readPlacement(await jsonOf(resolve(cwd, file)))
  const plan = planGroups({ ...terms, hosts, placement })
  const zones = plan.zones.map(({ zone, first, count }) => ({
    zone,
    groups: Array.from({ length: count }, (_, i) => plan.namesIn(first + i)),
  }))
  const { placementVersion, count, lowerBound } = plan
  if (given.json) return stdout(`${JSON.stringify({ placementVersion, count, lowerBound, zones }, null, 2)}\n`)
  for (const { zone, groups } of zones) {
    stdout(`${printable(zone)}: ${groups.length} group${groups.length === 1 ? '' : 's'}\n`)
    for (const [i, group] of groups.entries()) stdout(`  ${i + 1}: ${group.map(printable).join(' ')}\n`)
  }
  stdout(
    `${count} groups by placement ${placementVersion}; no plan has fewer than ${lowerBound}. A hint, not a permission.\n`,
  )
}

async function jsonOf(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8')
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new AndonError('malformed', `${path}: ${messageOf(cause)}`, { cause })
  }
}

interface Input {
  readonly hosts: readonly PlannedHost[]
  readonly placement: Pick<Placement, 'version' | 'stripes'>
}

/** `{ version, stripes, hosts? }`; a host is a place, or an object with more about it. Default: the stripes' members. */
function readPlacement(value: unknown): Input {
  const { version, stripes, hosts } = (value ?? {}) as { version?: unknown; stripes?: unknown; hosts?: unknown }
  const numbered = wholeOption('version', version, 0)
  if (!Array.isArray(stripes)) throw invalid('stripes', 'a list of stripes', stripes)
  if (hosts !== undefined && !Array.isArray(hosts)) throw invalid('hosts', 'a list of hosts', hosts)
  const members = () => [...new Set(stripes.flatMap((s: { members?: readonly unknown[] } | null) => s?.members ?? []))]
  const listed = (hosts ?? members()).map((given: unknown, i: number) => {
    const host = (typeof given === 'string' ? { host: given } : given) as { host?: unknown; zone?: unknown } | null
    if (typeof host?.host !== 'string') throw invalid(`hosts[${i}]`, 'a host’s place, or an object with host', given)
    const zone = host.zone ?? placeAt(host.host, 'zone')
    if (typeof zone !== 'string')
      throw invalid(`hosts[${i}].zone`, 'a zone, for a host that is in none by its place', zone)
    return { ...host, host: host.host, zone }
  })
  return { hosts: listed, placement: { version: numbered, stripes } }
}
