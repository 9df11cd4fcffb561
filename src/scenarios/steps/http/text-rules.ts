import { describe } from '../../../core/options.ts'
import { safePattern } from '../shared/safe-pattern.ts'
import type { TextRule } from './judges.ts'

export const equalTo = (text: string): TextRule => ({ words: describe(text), holds: came => came === text })

export const containing = (text: string): TextRule => ({
  words: `something with ${describe(text)} in it`,
  holds: came => came.includes(text),
})

/** Rejects with `bad-pattern`. */
export const matching = async (pattern: string): Promise<TextRule> => ({
  words: `something that matches ${describe(pattern)}`,
  holds: await safePattern(pattern),
})

export const EMPTY: TextRule = { words: 'nothing in it', holds: came => came === '' }
