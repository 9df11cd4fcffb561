#!/usr/bin/env node
import { runCli } from './cli.ts'

void runCli(process.argv.slice(2), {
  cwd: process.cwd(),
  stdout: text => void process.stdout.write(text),
  stderr: text => void process.stderr.write(text),
}).then(code => {
  process.exitCode = code
})
