import { parseRule, type RuleNode } from './parse-rule.ts'

/** The context keys that a rule asks for, each once, in the order in which it names them. Throws `RuleError`. */
export function contextKeys(rule: string): string[] {
  return [...new Set(keysIn(parseRule(rule)))]
}

function keysIn(node: RuleNode): string[] {
  switch (node.kind) {
    case 'context':
      return [node.key]
    case 'list':
      return node.items.flatMap(keysIn)
    case 'call':
      return node.operands.flatMap(operand => {
        // `(exists key::"country")` names its key by a text; nothing else does.
        if (node.operator === 'exists' && operand.node.kind === 'literal') return [String(operand.node.value)]
        return keysIn(operand.node)
      })
    default:
      return []
  }
}
