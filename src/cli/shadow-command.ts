import { once } from 'node:events'
import { createWriteStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { Command } from 'commander'
import { invalid, numberOption, wholeOption } from '../core/options.ts'
import type { CliWorld } from './cli.ts'
import { numeric } from './numeric.ts'

interface Given {
  readonly primary: string
  readonly candidate: string
  readonly secondary?: string
  readonly port: string
  readonly host: string
  readonly sample: string
  readonly ignore: string[]
  readonly keyed: string[]
  readonly report?: string
  readonly json?: string
  readonly log?: string
  readonly for?: string
}

/** `andon shadow`: a proxy in front of the primary that copies a sample to the candidate, until it is interrupted. */
export function shadowCommand({ cwd, stdout, stderr }: CliWorld): Command {
  const collect = (value: string, before: string[]) => [...before, value]
  return new Command('shadow')
    .description('Stand in front of a service, copy a sample of its traffic to a candidate, and compare the answers.')
    .requiredOption('--primary <url>', 'who answers customers')
    .requiredOption('--candidate <url>', 'who gets copies')
    .option('--secondary <url>', "a second instance of the primary's version, to tell noise")
    .option('--port <n>', 'where to listen; 0: any', '0')
    .option('--host <address>', 'the address to listen on', '127.0.0.1')
    .option('--sample <share>', 'the share of requests that is copied, 0–1', '0.05')
    .option('--ignore <path>', "what does not count, as in '$.requestId'; may be repeated", collect, [])
    .option('--keyed <path=field>', "arrays whose items belong together by a field, as in '$.items=id'", collect, [])
    .option('--report <file>', 'write the report as HTML at the end')
    .option('--json <file>', 'write the report as JSON at the end')
    .option('--log <file>', 'append what differs, as NDJSON')
    .option('--for <seconds>', 'end by itself after so long')
    .action(async (given: Given) => {
      // Other commands do not pay for it.
      const { createShadow, eventLog, startShadowProxy } = await import('../shadow/index.ts')
      // Before anything is started: what is wrong is said now, and not at the end of a long run.
      const sample = numberOption('--sample', numeric(given.sample), 0, 1)
      const port = wholeOption('--port', numeric(given.port), 0, 65_535)
      const forMs = given.for === undefined ? undefined : numberOption('--for', numeric(given.for), 0) * 1000
      const keyed = Object.fromEntries(given.keyed.map(pairOf))
      for (const file of [given.report, given.json])
        if (file !== undefined) await writeFile(resolve(cwd, file), '', { mode: 0o600 })
      const log = given.log === undefined ? undefined : await openLog(resolve(cwd, given.log), stderr)
      const events = log && eventLog(log.stream)
      const shadow = createShadow({
        candidate: given.candidate,
        ...(given.secondary === undefined ? {} : { secondary: given.secondary }),
        sample,
        compare: { ignore: given.ignore, keyed },
        ...(events ? { onEvent: events.write } : {}),
      })
      const proxy = await startShadowProxy({ primary: given.primary, shadow, port, host: given.host })
      try {
        stdout(`listening on ${proxy.origin}\n`)
        await untilInterrupted(forMs)
      } finally {
        await proxy.close()
        await shadow.close()
      }
      const report = shadow.report()
      const { mirrored, matched, mismatched, errors } = report.counts
      stdout(`${mirrored} copied, ${matched} the same, ${mismatched} different, ${errors} without an answer\n`)
      for (const { endpoint, differences } of report.endpoints)
        for (const { field } of differences) stdout(`  ${endpoint}  ${field}\n`)
      events?.flush()
      await log?.end()
      if (given.json !== undefined)
        await writeFile(resolve(cwd, given.json), `${JSON.stringify(report, null, 2)}\n`, { mode: 0o600 })
      if (given.report !== undefined) await shadow.writeHtml(resolve(cwd, given.report))
    })
}

/** A log that fails later (a full disk) stops; customers must not pay for it. */
async function openLog(path: string, stderr: (text: string) => void) {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  await once(stream, 'open')
  let failed = false
  stream.on('error', error => {
    if (!failed) stderr(`andon: the log ends here: ${error.message}\n`)
    failed = true
  })
  return {
    stream: {
      write: (line: string) => failed || stream.write(line),
      get writableNeedDrain() {
        return failed || stream.writableNeedDrain
      },
    },
    end: () => new Promise<void>(done => (failed ? done() : stream.end(() => done()))),
  }
}

function pairOf(text: string): [string, string] {
  const at = text.lastIndexOf('=')
  if (at < 1 || at === text.length - 1) throw invalid('--keyed', "a path and a field, as in '$.items=id'", text)
  return [text.slice(0, at), text.slice(at + 1)]
}

function untilInterrupted(ms: number | undefined): Promise<void> {
  return new Promise(resolve => {
    const timer = ms === undefined ? undefined : setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, done)
      resolve()
    }
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, done)
  })
}
