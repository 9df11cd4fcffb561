// Canaries for a real S3 server in two regions, from feature files without any step code of their own: buckets come from a
// pool, one scenario must always fail, and a page shows the history. Half-way, one region's server is ended.
// Run it: node examples/canary/main.ts [seconds] [canaries.html]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startCanaries, writeCanaryPage } from '../../src/canary/index.ts'
import { seconds } from '../../src/core/index.ts'
import { memoryLeases } from '../../src/parts/leases/index.ts'
import { createResourcePool, loadScenarios, s3Steps } from '../../src/scenarios/index.ts'
import { type Region, startRegion } from './store.ts'

const FEATURES = fileURLToPath(new URL('features', import.meta.url))
const BUCKETS = 3

const forSeconds = Number(process.argv[2] ?? 10)
if (!(forSeconds >= 2 && forSeconds <= 3600)) {
  console.error('usage: node examples/canary/main.ts [seconds, 2 to 3600] [page.html]')
  process.exit(2)
}

/** A region's scenarios as checks, with the buckets that they may use. */
async function scenariosOf({ target }: Region) {
  const pool = createResourcePool({
    store: memoryLeases(),
    kinds: {
      bucket: {
        resources: Array.from({ length: BUCKETS }, (_, i) => ({
          name: `canary-${i + 1}`,
          value: { bucket: `canary-${i + 1}` },
          lane: 'canary' as const,
        })),
      },
    },
  })
  // No folder that several scenarios share: s3rver answers 500 when one's last object goes while another's first comes.
  const steps = [s3Steps({ keyPrefix: 'canary-' })]
  const suite = await loadScenarios({ features: FEATURES, steps, pool })
  return {
    checks: suite.checks({ target }),
    leaks: () => pool.leaks(),
    close: async () => {
      await suite.close()
      await pool.close()
    },
  }
}

const folder = await mkdtemp(join(tmpdir(), 'andon-canary-'))
const regions: Region[] = []
try {
  for (const name of ['eu-north-1', 'us-east-1']) regions.push(await startRegion(name, folder, BUCKETS))
  const scenarios = await Promise.all(regions.map(scenariosOf))
  const canaries = startCanaries(
    scenarios.flatMap(({ checks }) => checks),
    { vantage: 'this machine', whileFailingMs: 250 },
  )
  console.log(`${canaries.records().length} canaries in ${regions.length} regions, for ${forSeconds} s`)
  const half = new Promise(resolve => setTimeout(resolve, seconds(forSeconds / 2)))
  await half
  console.log('us-east-1: its server is ended, and says nothing')
  await regions[1]!.stop()
  await new Promise(resolve => setTimeout(resolve, seconds(forSeconds / 2)))

  const gate = canaries.gate({ runs: 1 })
  const signal = AbortSignal.timeout(5000)
  for (const { target } of regions) {
    const asked = { run: 'example', place: target.place!, version: '3.7.1', phase: 'bake', since: 0, signal } as const
    const { decision, reasons } = await gate.check(asked)
    console.log(`${target.name}: ${decision} (${reasons[0]?.code}: ${reasons[0]?.message})`)
  }
  await canaries.close()
  const leaks = (await Promise.all(scenarios.map(one => one.leaks()))).flat()
  await Promise.all(scenarios.map(one => one.close()))
  console.log(`${canaries.records().reduce((n, { runs }) => n + runs.length, 0)} runs, ${leaks.length} buckets leaked`)
  const page = process.argv[3] ?? 'canaries.html'
  await writeCanaryPage(page, canaries.records(), { title: 'Canaries of two regions' })
  console.log(page)
} finally {
  await Promise.all(regions.map(region => region.stop()))
  await rm(folder, { recursive: true, force: true })
}
