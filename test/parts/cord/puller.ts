// Does to the cord at argv[2] what it is told, line by line, and prints the level after each pull; `storm` alternates
// between a short and a long state until its input ends.
import { createInterface } from 'node:readline'
import { fileCord } from '../../../src/parts/cord/index.ts'

const cord = fileCord(process.argv[2]!)
process.stdin.on('end', () => process.exit())
console.log('ready')
for await (const order of createInterface({ input: process.stdin })) {
  const by = `process ${process.pid}`
  if (order === 'storm') {
    for (;;) {
      await cord.release(by, 'short')
      await cord.pull('hold', by, 'long '.repeat(20_000).trim())
    }
  }
  const levels: string[] = []
  for (const level of order.split(' ') as ('hold' | 'freeze')[])
    levels.push((await cord.pull(level, by, 'together')).level)
  console.log(levels.join(' '))
}
