import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { tempFolder } from '../parts/temp-folder.ts'
import { cli } from './run-cli.ts'

/** Writes the files into a folder of their own and runs `andon flags …` in it. */
export async function flagsCli(files: Readonly<Record<string, string | object | Uint8Array>>, ...argv: string[]) {
  const folder = await tempFolder()
  for (const [name, content] of Object.entries(files)) {
    const asIs = typeof content === 'string' || content instanceof Uint8Array
    await writeFile(join(folder, name), asIs ? content : JSON.stringify(content))
  }
  return { ...(await cli(folder, 'flags', ...argv)), folder }
}

/** A document in the authoring form, and an audience beside it. */
export const authored = {
  version: '1',
  flags: { checkout: { name: 'Checkout' }, search: { name: 'Search' } },
  values: {
    checkout: {
      _variants: [
        {
          name: 'europe',
          enabled: true,
          rule: '(and (begins_with $region "eu-") (gte $age 18))',
          attributeValues: { color: 'blue' },
        },
        { name: 'default', enabled: false, attributeValues: { color: 'grey' } },
      ],
    },
    search: { enabled: true, limit: 5 },
  },
}

export const audiences = {
  checkout: {
    key: 'accountId',
    deny: { list: 'blocked' },
    allow: ['1'],
    cohorts: [{ name: 'staff', rule: '(ends_with $email "@us.example")' }],
  },
}
