// What the new version can do and the old one cannot (answer for a part of an object) is a feature of the customers'
// program, behind a flag: the code is out, and dark, until the release is. Then a ladder opens it.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Gate, realClock, sleep, verdict } from '../../src/core/index.ts'
import { changeDocument, createLadder, fileWriter, type LadderControl } from '../../src/flags/control/index.ts'
import type { CustomersSaw } from './customers.ts'
import type { RunFolder } from './run-folder.ts'

export const FEATURE = 'partial-reads'
/** The team's own account, and those of its company: all others are customers. */
export const OWN = '100000000000'
export const INTERNAL = ['100000000001', '100000000002', '100000000003']
export const ACCOUNTS = Array.from({ length: 12 }, (_, i) => String(100_000_000_000 + i))

/** How long the ladder may take, over all its rungs. */
const PATIENCE_MS = 12_000
const EVIDENCE = 5

export const flagsPath = ({ path }: Pick<RunFolder, 'path'>): string => join(path, 'flags.json')
export const audiencesPath = ({ path }: Pick<RunFolder, 'path'>): string => join(path, 'audiences.json')

/** The flag, off, and its ladder, on no rung. A run that is continued has them already. */
export async function writeFeature(folder: RunFolder): Promise<void> {
  if (existsSync(audiencesPath(folder))) return
  const words = { by: 'supervisor', reason: 'a new run' }
  const audience = {
    key: 'accountId',
    cohorts: [
      { name: 'own', list: [OWN] },
      { name: 'internal', list: INTERNAL },
    ],
    ladder: { rungs: ['own', 'internal', { name: 'all', ramp: [0.5, 1] }] },
  }
  await changeDocument(fileWriter(flagsPath(folder)), () => ({ [FEATURE]: { enabled: false } }), words)
  await changeDocument(fileWriter(audiencesPath(folder)), () => ({ [FEATURE]: audience }), {
    ...words,
    kind: 'audiences',
  })
}

/** Safe to open further: since the last step the feature was used, and what used it worked, as did everything else. */
export function featureGate(saw: readonly CustomersSaw[]): Gate {
  return {
    name: 'partial-reads',
    async check({ since, version }) {
      const recent = saw.filter(s => s.at > since)
      const sum = (of: (s: CustomersSaw) => number) => recent.reduce((n, s) => n + of(s), 0)
      const [all, failed, used, wrong] = [
        sum(s => s.ok + s.failed),
        sum(s => s.failed),
        sum(s => s.partial),
        sum(s => s.wrong),
      ]
      const basis = {
        source: 'partial-reads',
        at: realClock.now(),
        subject: { version },
        evidence: { all, failed, used, wrong },
      }
      const text = `${used} partial reads, ${wrong} wrong; ${failed} of ${all} requests failed`
      if (wrong > 0 || failed > all / 100) return verdict('stop', basis, 'errors', text)
      // Before the first step nobody can have used it.
      const enough = since === 0 ? all >= EVIDENCE : used >= EVIDENCE
      return verdict(enough ? 'go' : 'wait', basis, enough ? 'fine' : 'few-data', text)
    },
  }
}

export const featureLadder = (folder: RunFolder, gate?: Gate): LadderControl =>
  createLadder({ flag: FEATURE, writer: fileWriter(audiencesPath(folder)), ...(gate ? { gate } : {}) })

/**
 * Opens the feature rung by rung. A gate that says stop closes it again, for everybody; one that has not seen enough is
 * asked again. Resolves to the rung where it stands in the end.
 */
export async function openFeature(
  folder: RunFolder,
  saw: readonly CustomersSaw[],
  say: (text: string) => void,
): Promise<string> {
  const ladder = featureLadder(folder, featureGate(saw))
  const deadline = realClock.monotonic() + PATIENCE_MS
  say(`  feature ${FEATURE} opens`)
  while (realClock.monotonic() < deadline) {
    const outcome = await ladder.advance({ by: 'supervisor', reason: 'the release is out' })
    if (outcome.moved) say(`    ${outcome.to!.rung}${outcome.to!.share < 1 ? ` ${outcome.to!.share * 100} %` : ''}`)
    else if (outcome.verdict === undefined) break
    else if (outcome.verdict.decision === 'stop') {
      await ladder.retreat({ by: 'supervisor', reason: outcome.verdict.reasons[0]!.message, to: 'nobody' })
      say(`    closed again: ${outcome.verdict.reasons[0]!.message}`)
      break
    } else await sleep(realClock, 100)
  }
  return rungOf(folder)
}

/** Where the ladder stands; `nobody` when it has not been opened. */
export async function rungOf(folder: RunFolder): Promise<string> {
  const at = await featureLadder(folder).read()
  return at === undefined ? 'nobody' : at.rung
}

/** What needs the new version is taken back before the new version is. */
export async function closeFeature(folder: RunFolder): Promise<void> {
  await featureLadder(folder).retreat({ by: 'operator', reason: 'npm start -- --rollback', to: 'nobody' })
}
