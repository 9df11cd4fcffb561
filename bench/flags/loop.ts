import type { FlagName } from './cases.ts'
import type { LoadedPeer } from './peer.ts'

/** Evaluates a flag for so many accounts in turn, from one of them on, and says how often it was on. */
export type Loop = (
  evaluate: LoadedPeer['evaluate'],
  flag: FlagName,
  contexts: readonly unknown[],
  from: number,
  calls: number,
) => number | Promise<number>

const Asynchronous = (async () => {}).constructor as FunctionConstructor

/**
 * A loop of its own for each peer. One that they shared would learn from all of them, and what the compiler could do
 * for each would depend on the others. The name makes the texts differ, or the engine would take them for one function.
 */
export function loopOf(name: string, awaits: boolean): Loop {
  const body = `// ${name.replaceAll(/[^\w-]/g, '_')}
    let on = 0
    const mask = contexts.length - 1
    for (let i = from; i < from + calls; i++) if (${awaits ? 'await ' : ''}evaluate(flag, contexts[i & mask])) on++
    return on`
  return new (awaits ? Asynchronous : Function)('evaluate', 'flag', 'contexts', 'from', 'calls', body) as Loop
}
