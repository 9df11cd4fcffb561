import { invalid, messageOf } from '../core/options.ts'

/** Whether tags match a tag expression. Rejects with `invalid-option` when it is none. */
export async function tagExpression(expression: string): Promise<(tags: readonly string[]) => boolean> {
  // An optional peer, which is there when scenarios have been loaded.
  const { parse } = await import('@cucumber/tag-expressions')
  try {
    const node = parse(expression)
    return tags => node.evaluate([...tags])
  } catch (error) {
    throw invalid('--tags', `a tag expression (${messageOf(error)})`, expression)
  }
}
