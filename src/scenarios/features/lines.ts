import type { GherkinDocument } from '@cucumber/messages'

/** The lines of a document's steps, scenarios and rows of examples, by their ids. */
export function linesOf(document: GherkinDocument): Map<string, number> {
  const lines = new Map<string, number>()
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return
    if (Array.isArray(node)) return node.forEach(visit)
    const { id, location } = node as { id?: unknown; location?: { line?: unknown } }
    if (typeof id === 'string' && typeof location?.line === 'number') lines.set(id, location.line)
    Object.values(node).forEach(visit)
  }
  visit(document.feature)
  return lines
}
