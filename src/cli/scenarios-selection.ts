import { stat } from 'node:fs/promises'
import { relative, resolve, sep } from 'node:path'
import { AndonError } from '../core/errors.ts'
import { messageOf } from '../core/options.ts'
import type { Scenario, Suite } from '../scenarios/index.ts'

/** Feature files that are wanted, and lines of them. */
export interface Selection {
  /** Files and folders as they are called in reports: from where the process stands. */
  readonly paths: readonly string[]
  /** `only` of a run, for the scenarios that these paths have. Throws `no-such-scenario`. */
  only(suite: Pick<Suite, 'scenarios' | 'select'>): readonly string[] | undefined
}

const WITH_LINES = /^(.*?)((?::\d+)+)$/s

/** Reads paths, and paths with lines (`a.feature:12:30`). Rejects with `no-such-file`. */
export async function selectionOf(cwd: string, words: readonly string[]): Promise<Selection> {
  const wanted = await Promise.all(
    words.map(async word => {
      const [, file = word, lines = ''] = WITH_LINES.exec(word) ?? []
      const absolute = resolve(cwd, file)
      await stat(absolute).catch(cause => {
        throw new AndonError('no-such-file', `${file}: ${messageOf(cause)}`, { cause })
      })
      return { path: relative(process.cwd(), absolute) || '.', lines: lines.split(':').filter(Boolean).map(Number) }
    }),
  )
  return {
    paths: [...new Set(wanted.map(({ path }) => path))],
    only({ scenarios, select }) {
      if (wanted.every(({ lines }) => lines.length === 0)) return undefined
      return wanted.flatMap(({ path, lines }) => {
        if (lines.length === 0) return belowOf(path, scenarios)
        const there = scenarios.filter(({ uri }) => uri === path).map(({ line }) => line)
        return lines.map(line => {
          if (select({ only: [`${path}:${line}`] }).length > 0) return `${path}:${line}`
          const known = there.length === 0 ? 'none' : `lines ${there.join(', ')}`
          throw new AndonError('no-such-scenario', `${path}:${line}: no scenario begins there; there are ${known}`)
        })
      })
    },
  }
}

function belowOf(path: string, scenarios: readonly Scenario[]): string[] {
  const isBelow = (uri: string) => uri === path || path === '.' || uri.startsWith(path + sep)
  return [...new Set(scenarios.map(({ uri }) => uri).filter(isBelow))]
}
