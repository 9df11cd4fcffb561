import type { Suite } from '../scenarios/index.ts'
import { printable } from './printable.ts'

/** Every step that is known, below the library that it is of. */
export function stepsText(steps: Suite['steps']): string {
  const libraries = [...new Set(steps.map(({ library }) => library))]
  return libraries
    .map(name => {
      const own = steps.filter(({ library }) => library === name)
      const width = Math.min(60, Math.max(...own.map(({ pattern }) => pattern.length)))
      const lines = own.map(({ pattern, doc }) =>
        doc === undefined ? `  ${pattern}` : `  ${pattern.padEnd(width)}  ${doc}`,
      )
      return `${[name, ...lines].map(printable).join('\n')}\n`
    })
    .join('\n')
}
