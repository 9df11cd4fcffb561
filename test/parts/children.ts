import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { onTestFinished } from 'vitest'

/** A real process that talks in lines. */
export interface Child {
  readonly process: ChildProcess
  /** The next line that it prints; rejects, with what it wrote to stderr, when it has ended. */
  line(): Promise<string>
  /** All lines that nobody took yet, once it has ended. */
  rest(): Promise<string[]>
  say(text: string): void
  /** Resolves when it has ended and all its output is here: the exit code, or the signal. */
  readonly ended: Promise<number | NodeJS.Signals>
}

/** Runs a TypeScript file in a process of its own; whatever is left of it is killed when the test is over. */
export function startChild(program: URL, ...args: string[]): Child {
  const child = spawn(process.execPath, [fileURLToPath(program), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', NODE_NO_WARNINGS: '1' },
  })
  let errors = ''
  child.stderr.on('data', (text: Buffer) => (errors += text))
  // Whoever is killed does not read what it is told.
  child.stdin.on('error', () => {})
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const ended = new Promise<number | NodeJS.Signals>(resolve =>
    child.once('close', (code, signal) => resolve(code ?? signal!)),
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  return {
    process: child,
    ended,
    async line() {
      const next = await lines.next()
      if (next.done) throw new Error(`the child ended (${await ended}) without a further line: ${errors}`)
      return next.value
    },
    async rest() {
      const left: string[] = []
      for (let next = await lines.next(); !next.done; next = await lines.next()) left.push(next.value)
      return left
    },
    say: text => void child.stdin.write(`${text}\n`),
  }
}
