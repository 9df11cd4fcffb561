import { expect, test } from 'vitest'
import { contextKeys } from '../../../src/flags/rules/context-keys.ts'

test.each<[rule: string, keys: string[]]>([
  ['(eq $a "$b")', ['a']],
  ['(and (eq $a $b) (or (in $c ["x"]) (not (eq $a 1))))', ['a', 'b', 'c']],
  ['(exists key::"country")', ['country']],
  ['(exists $country)', ['country']],
  ['(split pct::10 by::$id seed::"s")', ['id']],
  ['(matches in::$mail pattern::"@")', ['mail']],
  ['(eq "exists" "x")', []],
])('%s asks for %j', (rule, keys) => expect(contextKeys(rule)).toEqual(keys))
