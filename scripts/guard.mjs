// Refuses an old Node with a sentence instead of a syntax error, then hands over to the script that was asked for.
// Under npm the right Node is first on the PATH (a devDependency), so this only fires when a script is run by hand.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `andon: the repository's scripts need Node 22.18 or later, this is ${process.versions.node}; run them through npm (npm start, npm test)`,
  )
  process.exit(1)
}
const [script, ...args] = process.argv.slice(2)
process.argv = [process.argv[0], resolve(script), ...args]
await import(pathToFileURL(resolve(script)).href)
