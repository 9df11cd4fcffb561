import { type Figure, figure, median } from '../figure.ts'
import { FLAG_NAMES, FLAGS, type FlagName } from './cases.ts'
import { loadOurs } from './ours.ts'
import type { LoadedPeer, Peer } from './peer.ts'
import { flagd } from './peers/flagd.ts'
import { growthbook } from './peers/growthbook.ts'
import { launchdarkly } from './peers/launchdarkly.ts'
import { statsig } from './peers/statsig.ts'
import { unleash } from './peers/unleash.ts'
import { type Runner, runnerOf } from './runner.ts'

const ROUNDS = 15
const PEERS: readonly Peer[] = [flagd, growthbook, unleash, launchdarkly, statsig]

/** Our client beside the others, in one process, each case in turn. `look` is called while all of them are loaded. */
export async function compare(subject: string, tell: (figure: Figure) => void, look: () => void): Promise<void> {
  const loaded: LoadedPeer[] = []
  const load = async (name: string, peer: LoadedPeer) => {
    loaded.push(peer)
    return runnerOf(name, peer)
  }
  try {
    const ours = await load('andon', await loadOurs())
    const theirs: { peer: Peer; runner: Runner }[] = []
    for (const peer of PEERS) theirs.push({ peer, runner: await load(peer.name, await peer.load()) })
    for (const flag of FLAG_NAMES) {
      const rows = await rounds(ours, theirs, flag)
      tell(figure(subject, `${FLAGS[flag]}, an evaluation`, median(rows.flatMap(r => r.map(one => one.ours))), 'ns'))
      for (const [i, { peer, runner }] of theirs.entries()) {
        const of = (read: (one: Row) => number) => median(rows.map(row => read(row[i]!)))
        const notes = [...(flag === 'list' ? [peer.list] : []), ...(runner.awaits ? ['its answer is a promise'] : [])]
        const how = notes.length > 0 ? ` (${notes.join('; ')})` : ''
        tell(
          figure(
            subject,
            `${FLAGS[flag]}, times as fast as ${peer.name}`,
            of(one => one.theirs / one.ours),
            'x',
            `${of(one => one.ours).toFixed(1)} ns against ${of(one => one.theirs).toFixed(0)} ns of ${peer.name} ${peer.version}${how}`,
          ),
        )
      }
    }
    look()
  } finally {
    for (const peer of loaded.splice(0)) await peer.close()
  }
}

interface Row {
  readonly ours: number
  readonly theirs: number
}

/** Interleaved, a ratio a round, ours just before each of theirs: what the machine does to one, it does to the other. */
async function rounds(ours: Runner, theirs: readonly { runner: Runner }[], flag: FlagName): Promise<Row[][]> {
  await ours.warmUp(flag)
  for (const { runner } of theirs) await runner.warmUp(flag)
  const rows: Row[][] = []
  for (let round = 0; round < ROUNDS; round++) {
    const row: Row[] = []
    for (const { runner } of theirs) row.push({ ours: await ours.time(flag), theirs: await runner.time(flag) })
    rows.push(row)
  }
  return rows
}
