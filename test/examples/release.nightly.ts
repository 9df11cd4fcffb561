import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { runJob } from '../support/main-job.ts'

// The long form of what the main job's test shows once.
const folder = mkdtempSync(join(tmpdir(), 'andon-nightly-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the main job, again and again', () => {
  test.each(Array.from({ length: 8 }, (_, i) => i + 1))(
    'runner killed with -9 at a random moment, %i',
    async () => {
      const { code, json } = await runJob(folder, '--fault', 'kill')
      expect([code, json.outcome, json.resumed, json.objectsLost]).toEqual([0, 'released', true, 0])
      expect(json.versions).toEqual({ '3.7.0': 0, '3.7.1': 8 })
    },
    180_000,
  )

  test.each(['crash', 'errors', 'silent', 'cord'])(
    '--fault %s, three times',
    async fault => {
      for (let i = 0; i < 3; i++) {
        const { code, json } = await runJob(folder, '--fault', fault)
        expect(code).toBe(fault === 'cord' ? 4 : 3)
        expect(json.objectsLost).toBe(0)
      }
    },
    300_000,
  )
})
