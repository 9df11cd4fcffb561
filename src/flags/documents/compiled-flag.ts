import type { CompiledRule } from '../rules/compile-rule.ts'

/** An attribute of a flag: AppConfig knows texts, numbers, booleans, and lists of texts or of numbers. */
export type AttributeValue = string | number | boolean | readonly string[] | readonly number[]

/** A flag's attributes by name. Frozen. */
export type Attributes = Readonly<Record<string, AttributeValue>>

/** One flag of a document, ready to be evaluated. */
export interface CompiledFlag {
  readonly key: string
  /** Without variants: what everybody gets. With variants: the default one, which comes last. */
  readonly enabled: boolean
  readonly attributes: Attributes
  /** In order; the first whose rule is true counts. Empty for a plain flag; the default variant is not among them. */
  readonly variants: readonly CompiledVariant[]
  /** The default variant's name; undefined for a plain flag. */
  readonly defaultVariant: string | undefined
  readonly deprecated: boolean
}

export interface CompiledVariant {
  readonly name: string
  readonly enabled: boolean
  readonly attributes: Attributes
  readonly matches: CompiledRule
  /** The rule's text. */
  readonly rule: string
}
