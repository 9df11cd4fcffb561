import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stagePackage } from '../scripts/stage-package.ts'
import { subpaths } from '../scripts/subpaths.ts'
import { type Figure, figure, median } from './figure.ts'

const SUBJECT = 'package'
const ROUNDS = 21
const BARE = ['-e', '0']

/**
 * Whole processes that import one subpath of the built package, each between two bare ones (`node -e 0`). An
 * empty ES module is measured with them: what it costs is Node's, and nobody who imports can pay less.
 */
export async function measure(tell: (figure: Figure) => void): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'andon-bench-'))
  try {
    stagePackage(folder)
    const names = subpaths(folder).map(s => s.name)
    const program = (file: string, code: string) => {
      writeFileSync(join(folder, file), code)
      return [file]
    }
    const empty = program('empty.mjs', 'export {}\n')
    // In the package's own folder its name means itself.
    const programs = names.map((name, i) => program(`import-${i}.mjs`, `import ${JSON.stringify(name)}\n`))
    const contenders = [empty, ...programs]
    const ratios: number[][] = contenders.map(() => [])
    const same: number[] = []
    for (const words of contenders) time(folder, words)
    for (let round = 0; round < ROUNDS; round++) {
      let before = time(folder, BARE)
      for (const [i, words] of contenders.entries()) {
        const ours = time(folder, words)
        const after = time(folder, BARE)
        ratios[i]!.push(ours / ((before + after) / 2))
        same.push(after / before)
        before = after
      }
    }
    const floor = median(ratios[0]!)
    for (const [i, name] of names.entries())
      tell(
        figure(
          SUBJECT,
          `whole process that imports ${name}, times a bare node process`,
          median(ratios[i + 1]!),
          'x',
          `an empty ES module ${floor.toFixed(2)}x, bare against bare ${median(same).toFixed(2)}x, ${ROUNDS} rounds`,
        ),
      )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function time(cwd: string, words: readonly string[]): number {
  const from = performance.now()
  execFileSync(process.execPath, words, { cwd })
  return performance.now() - from
}
