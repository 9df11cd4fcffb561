import { defineSteps, type StepLibrary } from '../../support/define-steps.ts'
import { bucketSteps } from './bucket-steps.ts'
import { objectSteps } from './object-steps.ts'
import { type S3StepsOptions, s3Settings } from './options.ts'
import { readSteps } from './read-steps.ts'
import { s3World } from './s3-world.ts'
import { writeSteps } from './write-steps.ts'

/**
 * Steps that put, get, list, copy and delete objects of an S3-compatible store with `@aws-sdk/client-s3`, an optional peer
 * that is loaded when the first of them is run. Keys of a feature are below a prefix that no other attempt has; all that
 * steps make is deleted behind the scenario. Throws `invalid-option`.
 */
export function s3Steps(options: S3StepsOptions = {}): StepLibrary {
  const s3 = s3World(s3Settings(options))
  return defineSteps('s3', declare => {
    bucketSteps(declare, s3)
    writeSteps(declare, s3)
    readSteps(declare, s3)
    objectSteps(declare, s3)
  })
}
