import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

test('without the AWS SDK, HTTP steps work and S3 steps say at once what to type', () => {
  const args = ['--disable-warning=ExperimentalWarning', 'test/scenarios/steps/without-sdk.ts']
  const told = JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8' })) as unknown
  expect(told).toEqual({
    http: true,
    before: [],
    s3: '@aws-sdk/client-s3 is not installed; type: npm install @aws-sdk/client-s3',
  })
})
