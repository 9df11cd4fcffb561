// A process that adds flags to a file, one change after the other, and tells of the first.
import { changeDocument, fileWriter } from '../../../src/flags/control/index.ts'

const [path, name, count] = process.argv.slice(2) as [string, string, string]
for (let i = 0; i < Number(count); i++) {
  await changeDocument(fileWriter(path), doc => ({ ...doc, [`${name}${i}`]: { enabled: true } }), {
    by: name,
    reason: 'adding',
  })
  if (i === 0) process.send?.('first')
}
process.disconnect?.()
