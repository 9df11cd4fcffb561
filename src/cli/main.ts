#!/usr/bin/env node
import { runCli } from './cli.ts'

/** How long what is still under way when a command is done may go on, in milliseconds. */
const LEFT_OVER_MS = 2000

// Whoever reads our output may have had enough of it.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

// There is nobody left to tell: a failure to tell must not be told, which would fail again.
process.stderr.on('error', () => {})

void runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  stdout: text => void process.stdout.write(text),
  stderr: text => void process.stderr.write(text),
  env: process.env,
  ...(process.stdout.isTTY ? { terminal: { getColorDepth: () => process.stdout.getColorDepth() } } : {}),
}).then(code => {
  process.exitCode = code
  // What somebody's steps have left running is not waited for; what they printed is.
  process.stdout.write('', () => setTimeout(() => process.exit(code), LEFT_OVER_MS).unref())
})
