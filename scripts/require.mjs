// What `require` gets: the very modules that `import` gets, one copy of each in a process. Node requires ES modules since
// 22.12, without a word since 22.13, which is the oldest that the package supports. Half of the package's size was a
// second copy of everything.
import { readFileSync, writeFileSync } from 'node:fs'

const { exports } = JSON.parse(readFileSync('package.json', 'utf8'))
for (const { require } of Object.values(exports).filter(e => e.require)) {
  const file = require.default
  const module = file
    .split('/')
    .at(-1)
    .replace(/\.cjs$/, '.js')
  writeFileSync(file, `module.exports = require('./${module}')\n`)
}
